"""Words that stand where a text is still to be written, and what to do about each.

None of them is in the way of a program that speaks of such words: a list of things to do, a
sentence that its reader is to finish, samples without filler text.
"""

_WRITE = "write it"
_ENDS = r"(?=[.!\u2026]|$)"
_DONE = "written|added|defined|decided|determined|completed|filled in|announced|confirmed|described"

# Where a sentence begins, an item of a list too.
_BEGINS = r"(?:^|(?<=[.!?-] ))"
# What follows one of these is told of: “note what is still to be decided” asks for just that.
_CLAUSE = r"(?:what|which|who|whom|whose|that|where|whether|how|when|if|until)"
_TOLD = "".join(
    rf"(?<!\b{word} {verb} )"
    for word in ("what", "which", "who", "that")
    for verb in ("is", "are", "is still", "are still")
)
# Nor is it unwritten what somebody is asked to list: “list prices to be confirmed”. A list may be.
_LISTED = (
    r"(?:list|note|mark|name|say|show|tell|ask|count|find|collect|check)"
    r" (?!of |to |is |are |still |yet )"
)
_THING = rf"{_BEGINS}(?!{_LISTED})(?:(?!{_CLAUSE}\b)[\w-]+ ){{0,3}}?"
# The words of a sentence up to a verb, none of which makes the verb one that is told of. A sentence
# may begin with such a word (“How to sort them will be described later”), not only be one.
_SUBJECT = (
    rf"{_BEGINS}(?!(?:what|which|who) (?:is|are|will) )"
    rf"(?:[^ ]*[^ .!?] (?:(?!{_CLAUSE}\b)[^ ]*[^ .!?] ){{0,20}}?)?"
)

# A regular expression for the words, and what to do.
UNWRITTEN = {
    r"(?-i:TODO|FIXME)(?:\(\w+\))?|todo:": _WRITE,
    r"^to[ -]do:": _WRITE,
    rf"(?:^|(?<=\. ))todo{_ENDS}": _WRITE,
    r"tb[acd]|t\.b\.[acd]\.?": _WRITE,
    r"x{3,}|(?:xx )+xx": _WRITE,
    r"lorem ipsum(?: dolor sit amet)?(?:,? consectetur adipiscing elit)?": _WRITE,
    r"dolor sit amet|consectetur adipiscing": _WRITE,
    r"asdf\w*|qwert[yz]\w*|foo ?bar|blah?(?: blah?)+": _WRITE,
    rf"{_THING}(?:still |yet )?to be (?:{_DONE}){_ENDS}": _WRITE,
    rf"{_TOLD}to be (?:{_DONE}) (?:later|soon|here|once|when|by (?:somebody|someone|us))": _WRITE,
    rf"{_SUBJECT}(?:is|are) (?:still|yet) to be (?:{_DONE}){_ENDS}": _WRITE,
    rf"{_SUBJECT}will (?:be (?:{_DONE})|follow|come) (?:later|soon){_ENDS}": _WRITE,
    r"(?<!\bcan )(?<!\bmay )(?<!\bnot )(?:write|fill in|finish|complete|explain|add)"
    rf" (?:this|it|me|the rest) (?:later|soon){_ENDS}": _WRITE,
    rf"(?:text|content|details?|description|guidance|more) (?:to come|to follow|follows?){_ENDS}": (
        _WRITE
    ),
    r"(?:text|content|description|guidance) goes here|your text here": _WRITE,
    r"(?:insert|enter|put) (?:\w+ ){0,3}(?:text|content|description|guidance) here": _WRITE,
    rf"^(?:coming soon|work in progress|under construction){_ENDS}": _WRITE,
    rf"^(?:placeholder|filler)(?: text)?{_ENDS}": _WRITE,
    rf"^(?:none|nothing yet|not applicable|n/?a|draft){_ENDS}": _WRITE,
    rf"this is (?:a |just a |only a )?(?:(?:placeholder|dummy|filler)(?: text)?"
    rf"|sample(?: text|{_ENDS}))": _WRITE,
    r"\[(?:insert|your|add|enter|fill|name of|tb[acd]|todo|x+)\b[^\]]*\]": (
        "write what belongs there"
    ),
    rf"(?:the )?same as (?:above|below)|(?:see|as) above{_ENDS}|^ditto{_ENDS}": (
        "write it out: a page may show it alone"
    ),
    r"\?\?+$": "end the sentence",
}

# The same at the end of a sentence that is broken off. What its reader is to finish may be.
BROKEN_OFF = {r"(?:\u2026|\.\.\.)$": "end the sentence"}
