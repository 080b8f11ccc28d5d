"""A small program of checklists, walked by a company: its files as text."""

PROGRAM = """\
slug: studio
title: Studio
summary: From a hunch to a first price.
walker: company
accent: 200
phases:
  - slug: start
    title: Start
domains:
  - slug: customers
    title: Customers
    summary: What the people you serve do, need and say.
"""

INTERVIEWS = """\
slug: first-interviews
title: Interview the first ten people
kind: checklist
order: 1
phase: start
domain: customers
difficulty: high
days: 10
purpose: Ten conversations, written down, that tell what people do about the problem today.
description: |
  Sit down with ten people who have the problem and let them tell how they dealt with it the last
  time. Nothing is shown and nothing is sold; what counts is the story, with its prices, its
  detours and the names of those who were asked for help. It comes before any drawing, because a
  picture on the table turns every talk into a talk about the picture, and nobody remembers the old
  way any more.
guidance: |
  ### In the room
  Ask about Tuesday, not about usually. Two of you go: one asks, one writes down the *words*.
deliverables:
  - Notes of ten conversations with three quotes each
  - A list of what people pay for today
criteria:
  - At least eight of the ten had the problem within a month
  - Every quote can be traced to a named person
tasks:
  - slug: book-the-first-five
    title: Book the first five conversations for next week
  - slug: rehearse-once
    title: Rehearse the opening question with a friend
  - slug: hold-them
    title: Hold all ten conversations and write the notes the same day
"""

RANKING = """\
slug: pain-ranking
title: Rank the pains you heard
kind: checklist
order: 2
phase: start
domain: customers
difficulty: medium
days: 2
after: [first-interviews]
version: "1.2"
skippable: false
purpose: One pain at the top of a list, chosen by how often and how dearly it is paid for.
description: |
  Ten stories are too many to act on. Cut the notes into single complaints, lay them on a table and
  sort them by two measures only: how many people brought them up unasked, and what each of them
  already spends to be rid of it. The loudest complaint seldom wins. Do this within days of the last
  talk, while both of you can still hear the voices behind the slips and argue about what was meant.
guidance: |
  Vote apart, then compare. A tie is settled by money spent, never by taste.
deliverables:
  - Slips with one complaint each, grouped
  - Ranked list of five pains with counts and spending
criteria:
  - The top pain was raised by four people or more
  - Both founders signed the same order
tasks:
  - slug: cut-the-notes
    title: Cut the notes into slips with one complaint each
  - slug: count-and-price
    title: Count the mentions and add up the spending per group
  - slug: settle-the-order
    title: Settle the order of the five heaviest groups
"""

SURVEY = """\
slug: old-survey
title: Send a survey
kind: checklist
order: 3
phase: start
domain: customers
difficulty: low
days: 3
active: false
after: [first-interviews]
purpose: Forty answers from strangers that show whether the stories repeat.
description: |
  A questionnaire of six items goes to forty strangers found through a forum. It tells whether what
  ten people said holds for more of them, without another month of travel. Keep it short enough to
  be finished at a bus stop, put the sums of money in brackets, and leave one open box at the end,
  which will hold the only answer you are going to quote to anybody.
guidance: |
  Post it on a weekday morning and close it after six days.
deliverables:
  - Table of forty anonymous replies
  - Short memo on where the replies differ from the talks
criteria:
  - Thirty replies are complete
  - The memo names one surprise
tasks:
  - slug: draft-six-items
    title: Draft six items and try them on two colleagues
  - slug: post-in-forum
    title: Post the questionnaire in one forum with a closing date
  - slug: write-memo
    title: Compare the replies with the talks in a short memo
"""

FILES = {
    "program.yaml": PROGRAM,
    "steps/001-first-interviews.yaml": INTERVIEWS,
    "steps/002-pain-ranking.yaml": RANKING,
    "steps/003-old-survey.yaml": SURVEY,
}
