"""Words that stand where a text is still to be written, and what to do about each.

None of them is in the way of a program that speaks of such words: a list of things to do, a
sentence that its reader is to finish, samples without filler text.
"""

_WRITE = "write it"
_ENDS = r"(?=[.!\u2026]|$)"
_DONE = "written|added|defined|decided|determined|completed|filled in|announced|confirmed|described"

# A regular expression for the words, and what to do.
UNWRITTEN = {
    r"(?-i:TODO|FIXME)(?:\(\w+\))?|to-?do:|to do:": _WRITE,
    rf"(?:^|(?<=\. ))todo{_ENDS}": _WRITE,
    r"tb[acd]|t\.b\.[acd]\.?": _WRITE,
    r"x{3,}|(?:xx )+xx": _WRITE,
    r"lorem ipsum(?: dolor sit amet)?(?:,? consectetur adipiscing elit)?": _WRITE,
    r"dolor sit amet|consectetur adipiscing": _WRITE,
    r"asdf\w*|qwert[yz]\w*|foo ?bar|blah?(?: blah?)+": _WRITE,
    rf"(?:^|(?<=\. ))(?:[\w-]+ ){{0,3}}?(?:still |yet )?to be (?:{_DONE}){_ENDS}": _WRITE,
    rf"to be (?:{_DONE}) (?:later|soon|here|once|when|by (?:somebody|someone|us))": _WRITE,
    rf"(?:is|are) (?:still|yet) to be (?:{_DONE})": _WRITE,
    rf"will be (?:{_DONE}) (?:later|soon)|will (?:follow|come) (?:later|soon)": _WRITE,
    r"(?:write|fill in|finish|complete|explain|add) (?:this|it|me|the rest) (?:later|soon)": (
        _WRITE
    ),
    rf"(?:text|content|details?|description|guidance|more) (?:to come|to follow|follows?){_ENDS}": (
        _WRITE
    ),
    r"(?:text|content|description|guidance) goes here|your text here": _WRITE,
    r"(?:insert|enter|put) (?:\w+ ){0,3}(?:text|content|description|guidance) here": _WRITE,
    rf"^(?:coming soon|work in progress|under construction){_ENDS}": _WRITE,
    rf"^(?:placeholder|filler)(?: text)?{_ENDS}": _WRITE,
    rf"^(?:none|nothing yet|not applicable|n/?a|draft){_ENDS}": _WRITE,
    r"this is (?:a |just a |only a )?(?:placeholder|dummy|filler|sample)(?: text)?": _WRITE,
    r"\[(?:insert|your|add|enter|fill|name of|tb[acd]|todo|x+)\b[^\]]*\]": (
        "write what belongs there"
    ),
    rf"(?:the )?same as (?:above|below)|(?:see|as) above{_ENDS}|^ditto{_ENDS}": (
        "write it out: a page may show it alone"
    ),
    r"(?:\u2026|\.\.\.|\?\?+)$": "end the sentence",
}
