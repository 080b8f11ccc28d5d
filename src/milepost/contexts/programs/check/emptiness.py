"""Phrases that say nothing, and what to write instead of each.

The list is meant to be read and added to. A phrase belongs in it if the sentence says as much, or
more, without it.
"""

_DO = "say what is to be done"
_DROP = "leave it out"
_HOW = "say in what way, with a number if there is one"
_WHO = "name the people meant"
_WHAT = "say what it is"

# A regular expression for the phrase, from a word's beginning to a word's end, and what to write.
INSTEAD = {
    # said of doing
    r"leverag(?:e|es|ed|ing)": "write “use”, and what for",
    r"utili[sz](?:e|es|ed|ing)": "write “use”",
    r"make sure to|be sure to": _DO,
    r"(?:define|develop|devise|create|craft) an? (?:[\w-]+ ){0,2}strategy": (
        "say which choice is to be made"
    ),
    r"ensur(?:e|es|ing) (?:\w+ )?alignment|align(?:ing)? (?:all |your |the )?stakeholders": (
        "say who has to agree to what"
    ),
    r"move the needle|moves the needle": "say which number changes, and by how much",
    r"hit the ground running": _DO,
    r"go(?:es|ing)? above and beyond": _DO,
    r"go(?:es|ing)? the extra mile": _DO,
    r"think(?:ing)? outside (?:of )?the box": _DO,
    r"touch(?:ing)? base|circl(?:e|ing) back": "say who speaks with whom about what",
    r"delv(?:e|es|ed|ing)": "write “look at”, and at what",
    r"deep[ -]div(?:e|es|ing)": "say what is looked at, and how closely",
    r"add(?:s|ed|ing)? (?:real |more |extra |genuine )?value(?!-)": "say who gains what",
    r"(?:deliver|generat|creat|driv)(?:e|es|s|ed|ing)? (?:real |more |extra )?value(?!-)": (
        "say who gains what"
    ),
    r"foster(?:s|ed|ing)?": "say what is done, and by whom",
    r"driv(?:e|es|ing) (?:\w+ ){0,2}(?:growth|innovation|engagement|impact|efficiency|results)": (
        "say what is done, and which number it changes"
    ),
    r"streamlin(?:e|es|ed|ing)": "say which part goes away",
    r"empower(?:s|ed|ing|ment)?": "say what they can do that they could not before",
    r"(?:stay|stays|staying|get|keep|be|remain) ahead of (?:the (?:curve|game)|your competition)": (
        "say what you know or have before others do"
    ),
    r"harness(?:es|ed|ing)?": "write “use”, and what for",
    r"supercharg(?:e|es|ed|ing)|turbocharg(?:e|es|ed|ing)": _HOW,
    r"elevat(?:e|es|ing) (?:your|the|our)": "say what will be better, and by how much",
    r"maximi[sz](?:e|es|ing) (?:\w+ ){0,2}(?:impact|value|potential|efficiency|success)": _HOW,
    r"optimi[sz](?:e|es|ing) (?:\w+ )?(?:process(?:es)?|workflows?|operations|performance)": _HOW,
    r"(?:increas|boost|improv|enhanc)(?:e|es|ing|s)? (?:\w+ )?(?:efficiency|productivity)": _HOW,
    r"embrac(?:e|es|ing) (?:change|innovation|failure|uncertainty)": _DO,
    r"navigat(?:e|es|ing) the (?:complexit(?:y|ies)|challenges|landscape)": _DO,
    r"push(?:es|ing)? the (?:envelope|boundar(?:y|ies))": "say what was not done before",
    r"rais(?:e|es|ing) the bar": "say which measure is higher than before, and by how much",
    r"sets? (?:\w+ ){1,2}up for success|setting (?:\w+ ){1,2}up for success": _DO,
    r"unleash(?:es|ed|ing)?": "say what becomes possible",
    r"revolutioni[sz](?:e|es|ed|ing)": "say what changes for whom",
    r"striv(?:e|es|ing) for (?:excellence|success|greatness)": _DO,
    r"(?:do not|don(?:'|\u2019)t) forget to": _DO,
    r"unlock(?:s|ed|ing)? (?:\w+ ){0,2}(?:potential|growth|value|opportunit(?:y|ies)|success)": (
        "say what becomes possible"
    ),
    r"to the next level": "say what will be better, and by how much",
    # said of things
    r"best[ -]practices?": "say which practice, and why it is good here",
    r"stakeholders?": _WHO,
    r"key takeaways?": "say what was learned",
    r"low[ -]hanging fruits?": "say which piece, and why it is quick",
    r"synerg(?:y|ies|istic)": "say what each side gains",
    r"actionable insights?": "say what can be decided with it",
    r"(?:valuable|meaningful|deep|key) insights?": "say what can be decided with it",
    r"thought leader(?:s|ship)?": "say who listens to whom on what",
    r"operational excellence|commitment to excellence": _HOW,
    r"culture of (?:innovation|excellence|collaboration|growth|learning|trust)": (
        "say what people do in it"
    ),
    r"pain points?": "say what hurts whom",
    r"paradigm shifts?": "say what changes for whom",
    r"value[ -]adds?|added value": "say who gains what",
    # said of how things are
    r"game[ -]chang(?:er|ers|ing)": "say what changes for whom",
    r"robust(?:ly|ness)?": _HOW,
    r"seamless(?:ly)?": _HOW,
    r"crucial(?:ly)?": "say what happens without it",
    r"of (?:the )?(?:utmost|paramount) importance": "say what happens without it",
    r"plays? an? (?:key|vital|pivotal|central|important) role": "say what it does",
    r"comprehensive(?:ly)?": "say what it covers",
    r"holistic(?:ally)?": "say what it covers",
    r"cutting[ -]edge|state[ -]of[ -]the[ -]art|world[ -]class|best[ -]in[ -]class": _HOW,
    r"mission[ -]critical": "say what stops without it",
    r"impactful(?:ly)?|transformative|transformational": "say what changes for whom",
    r"next[ -]gen(?:eration)?": _HOW,
    r"(?:data|customer|user|value|results)[ -](?:driven|centric)": (
        "say what is looked at before what is decided"
    ),
    r"win[ -]win": "say what each side gains",
    r"tailor[ -]made solutions?|innovative solutions?|end[ -]to[ -]end solutions?": _WHAT,
    # said of nothing
    r"it(?: i|'|\u2019)s (?:very |really )?(?:important|essential|vital|critical) (?:to|that)": (
        "say it, and what happens otherwise"
    ),
    r"in today(?:'|\u2019)s (?:[\w-]+ ){0,2}(?:world|market|economy|landscape|environment)": _DROP,
    r"(?:fast-paced|ever-changing|ever-evolving|rapidly (?:changing|evolving))": _DROP,
    r"at the end of the day": _DROP,
    r"needless to say|it goes without saying": _DROP,
    r"when all is said and done": _DROP,
    r"last but not least": _DROP,
    r"rest assured": _DROP,
    r"the sky(?: i|'|\u2019)s the limit": _DROP,
    r"when it comes to": _DROP,
    r"now more than ever": _DROP,
    r"a wide (?:range|variety|array) of": "say how many, or which",
}
