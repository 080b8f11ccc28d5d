"""Figures over several companies that tell nothing certain about any one of them.

Against whom. Somebody who keeps every figure ever published, for years; who knows which
companies are in the pool, of which industry and stage, who joined and who left and when;
who knows this code and works out who was counted with whom; and who knows the values of
two companies (their own and a colluding one's). They may subtract, intersect and solve.
They do not know the secret, and cannot fill a pool with companies of their own.

What is promised. For every company and each of its values (days, confidence, finished) at
least two answers remain possible, for ever, whatever else is published of that pool by
these rules. For days an answer is a band (3 to 4, 5 to 7, 8 to 14, 15 to 21, ...).

How. Not by suppressing cells until no difference of two is small: what is safe tonight need
not be with next month's figures, and to search years of cells for every combination that
tells too much is more than can be done. Instead the pool is cut, once, into *blocks*:

1. A block has five companies or more, all distinct. It belongs to one place: an industry
   in a stage, an industry, a stage, or only to the whole. A cell is the sum of the blocks
   that lie wholly within it. So every difference, sum or other combination of cells, of any
   releases, is one of whole blocks: nothing smaller than five companies can be derived. This
   is the complementary suppression: a company whose own group is too small is counted in
   the wider view only, together with at least four others who are left out of the same cells.
2. A company is in one block of a step, once, for ever: what is published about it now can't
   be intersected with what was published about it before.
3. A newcomer waits until there are enough to make a block. When a company withdraws its
   consent or changes its values, its whole block goes, from the next release on, and the
   others of that block with it: shown without the one, they would show the one. None of
   them comes back for this step: a second block with their values would give the one away
   as surely, however many newcomers are in it (a band that had one, and now has none).
   Blocks are small, 8 to 15 where there are many, so that little goes with one.
4. Who is counted with whom depends on industry, stage, who waits and the order of the
   names, never on values: that a block exists, or doesn't, says nothing about them.
5. What is said of a block is its *summary*: how many companies in each band of days and at
   each confidence. No band holds more than all but three of the block: what is above that
   is counted in the bands beside it. Without this, companies that all took ten days would
   each be told of, however many they are; and leaving the cell out would tell a member
   of it just as much. Three, since two of those that differ may be the attacker's. A block
   that was evened out looks the same as one that really was so: that is why two answers
   remain. Magnitudes are never summed: each company weighs one, so that none dominates.
6. *Finished* has two answers only, so evening out would ruin it. Each company's answer is
   turned over with a chance of one in ten, drawn once from the secret and the company; the
   share shown is corrected for that, and shown from ten companies on, between 10 and 90 %.
7. What is shown is rounded besides: companies down to fives, shares to 10 % (5 % from fifty
   on), days to a step of about a tenth. Rules 1 to 6 hold without it.

8. Who may read the outcomes of more than two companies of a block (a firm that several let in, a
   person who acts for several) is told nothing of that step unless three more are in that block
   whose they may not. Refused is the step as a whole, so that no view of it can be subtracted.

What isn't promised. Somebody who brings more companies into a block than two, under accounts that
don't know of each other, or who remembers what they may not read any more. Two pools that
overlap and are cut separately (a firm's portfolio and the community; a tenant's own pool and
that of all): each keeps the promise, together they may not. Pools that merge are joined block
by block (`releases.joined`), not cut anew. What everybody knows about a whole group.

`values` holds the words, `blocks` who is counted with whom, `summaries` what is said of a
block, `cells` what is shown, `releases` the whole of it for one step.
"""
