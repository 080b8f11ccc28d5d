"""Words that leave open whether a deliverable is there, a criterion is met, a task is done, and
what to write instead of each.

A phrase belongs in it if two people who look at the same thing could answer differently. In a text
that explains, such words may be in their place.
"""

_ALL = "name all that belong to it"
_FIGURE = "say by what somebody else can tell, with a number if there is one"
_SEEN = "say what they say, do or sign"
_WHICH = "say which, or how many"
_CASE = "say in which case, or leave it out"
_WHEN = "say when"
_THERE = "say what it shows, holds or allows then"

_ENDS = "(?=[.,;:!]|$)"
_IS = "(?:is|are|was|were|has been|have been|looks?|feels?|seems?)"
_FOLK = (
    r"(?:everybody|everyone|people|we|(?:the |your |our |all |both )?(?:\w+ )?(?:team|founders?"
    r"|customers?|users?|clients?|members?|partners?|investors?|employees|colleagues))"
)
_CONTENT = (
    r"(?:happy|satisfied|pleased|content|fine|glad|comfortable|confident|on board|aligned|engaged"
    r"|on the same page|excited|motivated|delighted|impressed)"
)
_GOOD = (
    r"(?:good|great|nice|fine|ok|okay|excellent|satisfactory|adequate|sufficient|appropriate"
    r"|acceptable|reasonable|suitable|successful|helpful|useful|professional|perfect|awesome|solid"
    r"|strong|effective|meaningful|high[ -]quality|user[ -]friendly|well[ -](?:written|done|made))"
)
_VERY = r"(?:very|really|quite|pretty|sufficiently|reasonably|all|more than|generally)"
_IT = (
    r"(?:everything|all|(?<!time )it|this|(?:the |all )?(?:\w+ )?(?:work|tasks?|steps?|things|job"
    r"|project|process|deliverables))"
)

VAGUE = {
    # what and how many
    rf"etc|et cetera|and so (?:on|forth)|and the like|among others|and (?:much )?more{_ENDS}": _ALL,
    r"various|miscellaneous|assorted|sundry|all sorts of|different (?:things|aspects)": _WHICH,
    r"(?:several|some|many|other|all|certain|relevant) (?:things|stuff|aspects|points|issues)": (
        _WHICH
    ),
    r"a (?:few|lot of|couple of|number of|bunch of) (?:things|stuff|aspects|ideas|points)": _WHICH,
    r"some (?:sort|kind) of|more or less|basically|generally speaking": _WHICH,
    r"whatever (?:you (?:like|want|need|can)|it takes|works)|anything (?:else|you like)": _WHICH,
    rf"(?:and|or) (?:something|anything|stuff|things)(?: like that| similar| else)?{_ENDS}": _WHICH,
    # when
    r"(?:as|if|when|where)(?:ever)? (?:needed|required|necessary|appropriate|applicable)": _CASE,
    r"(?:if|as far as|as much as|wherever|whenever) possible|as you see fit": _CASE,
    r"as soon as possible|asap|in due (?:course|time)|in a timely (?:manner|fashion|way)": _WHEN,
    r"at some point|sooner or later|in the near future|in good time|from time to time": _WHEN,
    # how well
    r"(?:good|well) enough|to a high standard|of (?:a )?(?:good|high) quality|up to standard": (
        _FIGURE
    ),
    r"in good shape|fit for purpose|do your best|as (?:well|good) as (?:you|possible)": _FIGURE,
    r"(?:goes|went|going|gone|works?|worked|runs?|ran) (?:\w+ )?(?:well|smoothly|fine|great)": (
        _FIGURE
    ),
    r"(?:goes|went|going|gone|works?|worked|runs?|ran) as (?:planned|expected|hoped)": _FIGURE,
    rf"{_IS} (?:{_VERY} )?{_GOOD}(?:{_ENDS}| and| for (?:you|us))": _FIGURE,
    r"successfully|properly|adequately|sufficiently|appropriately|satisfactorily|somehow": _FIGURE,
    r"(?:better|improved|increased|clearer) (?:understanding|awareness|clarity|alignment|quality"
    r"|results|performance|communication|visibility)": _FIGURE,
    rf"{_IT} {_IS} (?:\w+ )?(?:done|finished|completed|handled"
    rf"|achieved|accomplished|addressed|sorted(?: out)?|taken care of|dealt with){_ENDS}": _THERE,
    # who thinks so
    rf"{_FOLK} (?:is|are|feels?|seems?|looks?) (?:\w+ )?{_CONTENT}": _SEEN,
    rf"{_FOLK} (?:likes?|loves?|enjoys?|understands?|supports?|agrees? with)"
    rf" (?:it|this|that|the (?:result|outcome|idea|plan|work)){_ENDS}": _SEEN,
    r"buy-in|clarity on|a (?:good|clear|better|common|shared) (?:sense|feeling|understanding) of": (
        _SEEN
    ),
}
