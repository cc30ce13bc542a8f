"""Words by which a list shows that it is not whole: see `tasks._phrases`."""

from tasks._phrases._entry import Phrase, Shows
from tasks._phrases._parts import ALIKE, FROM, OMITTED, OTHERS, RANGE, SPAN, UNIT

SHORT: tuple[Phrase, ...] = (
    Phrase(Shows.ELISION, r"(?<![a-z]{2})(?:\.{3,}|\. \. \.|…)|⋮|⋯|\\[lcv]?dots\b", "[1, 0, 2], ...", sign=True),
    Phrase(
        Shows.ELISION,
        r"(?:\d[\d,.]{0,12}|many|several|hundreds of|thousands of|the) (?:more|other|further|remaining|additional|"
        r"intermediate|similar|omitted) (?:\w+ ){0,3}?" + UNIT,
        "(1,008 more moves)",
    ),
    Phrase(
        Shows.ELISION,
        r"(?:continu\w{1,5}|repeat\w{0,3}|proceed\w{0,3}|carry(?:ing)? on|keep(?:s|ing)? (?:going|on)|extend\w{0,3}|"
        r"goes on|go on)\b[^.\n]{0,60}\b(?:pattern|manner|fashion|same way|similar(?:ly)?|recursively|likewise|"
        r"and so (?:on|forth)|until|remaining|up to|through|all \d|like this|this way)\b",
        "(continue this pattern until all disks are on peg 2)",
    ),
    Phrase(Shows.ELISION, r"pattern (?:then |simply )?(?:continues|repeats|goes on)\b", "The pattern continues."),
    Phrase(Shows.ELISION, r"and so (?:on|forth)\b|etc\b\.?|et cetera\b|ad infinitum\b", "and so on"),
    Phrase(
        Shows.ELISION,
        r"(?:remaining|rest of the|other|intermediate|middle|subsequent) (?:\w+ ){0,3}?" + UNIT
        + r"[^.\n]{0,40}\b(?:omitted|skipped|left out|follow\w{0,2}|here|not shown|similar\w{0,2})\b",
        "[remaining moves omitted]",
    ),
    Phrase(
        Shows.ELISION,
        r"(?:omitted|skipped|snipped|abbreviated|abridged|condensed|shortened|truncated|left out|not shown)\b"
        r"[^.\n]{0,30}\b(?:brevity|space|length|here|readability|clarity|conciseness|simplicity)\b",
        "(omitted for brevity)",
    ),
    Phrase(
        Shows.ELISION,
        r"[\[(<] ?(?:\w+ ){0,3}(?:omitted|skipped|snip(?:ped)?|cut|clipped|cropped|truncated|abbreviated|continued|continues|continuing)\b",
        "[snipped]",
        sign=True,
    ),
    Phrase(
        Shows.ELISION,
        r"(?:last|final) (?:few|several|couple of|\d[\d,]{0,9}|ten|twenty) (?:\w+ )?" + UNIT,
        "Last 10 moves:",
    ),
    Phrase(
        Shows.ELISION,
        r"(?:" + OTHERS + r"|others?) (?:\w+ ){0,3}?(?:(?:is|are|was|were|has been|have been|being) )?(?:\w+ )?" + OMITTED,
        "// rest omitted",
    ),
    Phrase(Shows.ELISION, r"(?:" + SPAN + "|" + FROM + r")\W{1,3}(?:(?:is|are|were|have been) )?(?:\w+ )?" + OMITTED, "(moves 16-511 omitted)"),
    Phrase(Shows.ELISION, r"snip(?:ped)?\b|on and on\b", "--- snip ---"),
    Phrase(
        Shows.ELISION,
        r"\n[\x20\t]{0,40}[.\u00b7\u2022\u2219][\x20\t\r]{0,9}\n[\x20\t]{0,40}[.\u00b7\u2022\u2219][\x20\t\r]{0,9}(?=\n|\Z)",
        "4\n  .\n  .\n",
        sign=True,
    ),
    Phrase(
        Shows.ELISION,
        r"(?:(?:until|till|up to|through to|all the way to)(?: (?:\w+ ){0,3}?(?:arriv\w{1,3}|reach\w{0,3}|get\w{0,4}|com\w{1,3}|hit\w{0,4}|land\w{0,3}|end up)(?: (?:at|to|on|with))?)?|before (?:\w+ ){0,3}?(?:arriv\w{1,3}|reach\w{0,3}|get\w{0,4}|com\w{1,3}|hit\w{0,4}|land\w{0,3}|end up)(?: (?:at|to|on|with))?)[\s:,*_]{0,5}\Z",
        "and so we climb until we reach",
    ),
    Phrase(
        Shows.ELISION,
        r"(?:and|plus|with|then) (?:\w+ ){0,2}?(?:many|lots|hundreds|thousands|dozens|several|plenty|loads|tons) (?:\w+ )?(?:more|others)\b(?! (?:than|dis[kc]s?|pegs?|rings?|blocks?|sizes?|puzzles?|variants?))",
        "and many more",
    ),
    Phrase(
        Shows.ELISION,
        r"\d[\d,]{0,12} (?:\w+ )?" + UNIT + r" (?:(?:is|are|were|have been) )?(?:\w+ )?" + OMITTED,
        "/* 1013 entries elided */",
    ),
    Phrase(Shows.ELISION, r"\d[\d,.]{1,12} (?:more|others)\b(?! (?:than|dis[kc]s?|pegs?))", "8,181 more,"),
    Phrase(Shows.ELISION, r"[\[(<] ?\d[\d,.]{0,12} (?:more|others?|further|omitted|skipped|missing)\b[^\[\](){}<>\n]{0,60}[\])>]?", "<8181 more>", sign=True),
    Phrase(
        Shows.ELISION,
        r"[\[(<] ?another (?:\d[\d,]{0,9}|few|several|many) (?:\w+ ){0,2}?" + UNIT,
        "[another 60 rows]",
        sign=True,
    ),
    Phrase(Shows.ELISION, r"all the way (?:up |down |through )?(?:to|until|till) \d", "[all the way to 3000]"),
    Phrase(Shows.LIKEWISE, r"" + SPAN + r"\W{1,5}(?:\w+ ){0,5}?(?:" + ALIKE + r"|follow|continue|proceed)", "Moves 32 through 255 follow the same rule."),
    Phrase(
        Shows.LIKEWISE,
        r"" + ALIKE + r" (?:(?:image|version|copy|counterpart) )?(?:(?:to|as|of|with|for|like) )?(?:(?:the|in|those|that) ){0,2}(?:\w+ )?" + RANGE,
        "(15 moves, analogous to phase 1)",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"(?:process|procedure|pattern|steps|cycle|routine|logic|scheme|recursion) (?:then |now |simply |just |is |are )?(?:repeats?|repeated|mirrors?|"
        r"mirrored|continues?|proceeds?|carries on|goes on|resumes?)\b(?! to hold)",
        "From here, the process repeats.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"(?:rest|remaining|others|subsequent|following|later) (?:\w+ ){0,2}?(?:can|could|may|are|is|will|would) (?:then )?(?:be )?(?:\w+ )?(?:derived|obtained|"
        r"found|computed|generated|inferred|worked out|produced|deduced|determined|reconstructed)\b",
        "The rest can be derived recursively.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"(?:full|complete|entire|whole|actual) (?:\w+ ){0,2}?" + UNIT + r" (?:\w+ )?(?:follow|obey|use|continue|go|proceed)(?:s|es)? (?:\w+ ){0,2}?(?:same|"
        r"identical|this|that)\b",
        "The full listing follows the same logic.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"" + OTHERS + r" (?:\w+ ){0,3}?(?:is|are|should be) (?:\w+ )?(?:straightforward|trivial|easy|simple|routine|mechanical|obvious|clear)\b|"
        r"gives? you (?:a|an|the|some) (?:\w+ )?(?:idea|flow|sense|feel|feeling|taste|impression|picture|gist|flavou?r)\b",
        "The remainder is straightforward.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"(?:apply|repeat|use|follow|perform|execute|do)(?:ing)? (?:exactly )?(?:the |this |that )?(?:same|identical|analogous|similar|above) "
        r"(?:\w+ )?(?:procedure|process|steps|method|moves|approach|pattern|logic|sequence|technique|idea|thing|principle|routine)\b",
        "Apply the same procedure to the larger disks.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"" + OTHERS + r" (?:\w+ ){0,4}?(?:work|go|proceed|behave|follow|continue|run|unfold|mirror|repeat|" + ALIKE + r")",
        "The rest works the same way.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"you(?:'ll)? (?:probably |surely |can )?(?:get|got|see|catch) (?:the (?:idea|picture|point|gist|drift)|where (?:this|it) (?:is|goes))|"
        r"rinse and repeat\b",
        "You get the idea.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"(?:left|leave|leaving) (?:\w+ ){0,4}?(?:as an exercise|(?:to|for) (?:the reader|your imagination|you to))",
        "The rest is left as an exercise.",
    ),
    Phrase(
        Shows.PART,
        r"(?:first|initial|opening|(?<!is\x20the\x20)(?<!was\x20the\x20)(?:last|final)|next|beginning) (?:and (?:the )?(?:last|final) )?(?:few|several|couple of|"
        r"\d[\d,]{0,9}|ten|twenty|fifty|hundred|handful of|part|portion|section|segment|chunk|batch)\b"
        r"(?! (?:disks?|discs?|pegs?|rules?|blocks?|parts? of the (?:algorithm|recursion)))",
        "Here are the first 20 moves:",
    ),
    Phrase(
        Shows.PART,
        r"(?:this is|that is|that's|it's|these are|those are|here's|here (?:is|are)|above (?:is|are)|below (?:is|are)) (?:\w+ ){0,3}?(?:start|beginning|"
        r"portion|part|partial|sample|excerpt|fragment|snippet|subset|abbreviated|abridged|condensed|shortened|truncated|"
        r"summary|outline|glimpse|preview)\b",
        "This is just the beginning of the sequence.",
    ),
    Phrase(
        Shows.PART,
        r"(?:partial|abbreviated|abridged|condensed|shortened|truncated|incomplete|representative|simplified) "
        r"(?:\w+ ){0,2}?" + UNIT,
        "a truncated list",
    ),
    Phrase(
        Shows.PART,
        r"(?:only|just) (?:\w+ ){0,3}?(?:first|beginning|part|portion|few|some|\d[\d,]{0,9})\b[^.\n]{0,40}\b(?:shown|"
        r"displayed|listed|included|given|provided|printed|written)\b",
        "only the first part is shown",
    ),
    Phrase(
        Shows.PART,
        r"(?:start|began|begin|started) (?:by |to )?(?:generat|list|writ|output|show)(?:e|ing|ting)? (?:\w+ ){0,3}?"
        r"(?:first|part|portion|sequence|list)\b",
        "I will start generating the sequence",
    ),
    Phrase(
        Shows.PART,
        r"(?:full|complete|entire|whole|remaining) (?:\w+ ){0,3}?" + UNIT + r" (?:would|will|can|could|should|must|has to|"
        r"needs to) (?:\w+ ){0,2}?(?:contain|continue|require|be|consist|have|include|follow|enumerate|take|go|extend|run)\b",
        "The complete list would enumerate every move.",
    ),
    Phrase(
        Shows.PART,
        r"(?:enough|sufficient|suffices?) to (?:see|show|illustrate|demonstrate|get|convey|reveal|understand|recogni[sz]e)\b|"
        r"(?:list|sequence|solution|pattern|output) (?:then |just )?(?:goes|carries) on\b|"
        r"for another (?:\d[\d,]{0,9}|few|several|many) (?:\w+ ){0,2}?" + UNIT,
        "The list goes on for another 963 moves.",
    ),
    Phrase(
        Shows.PART,
        r"(?:list(?:ing)?|table|output|sequence|answer|response|solution) (?:has been|have been|was|were|had to be) (?:\w+ )?(?:cut|shortened|" + OMITTED + r")",
        "The list has been cut.",
    ),
    Phrase(
        Shows.PART,
        r"\d[\d,]{0,9} (?:\w+ ){0,2}?" + UNIT + r" (?:(?:are|is) )?(?:still )?(?:remain\w{0,3}|left|to go|outstanding|missing)\b",
        "963 moves remain.",
    ),
    Phrase(
        Shows.PART,
        r"(?:list(?:ing)?|table|output|sequence|answer|response|solution|this|that|above|moves|steps) (?:is|are|remains?) (?:\w+ )?(?:incomplete|partial|"
        r"unfinished|not complete|not whole|not finished)\b|opening (?:ones|moves|steps|rows|lines)\b",
        "This list is incomplete.",
    ),
    Phrase(
        Shows.PART,
        r"leav(?:e|es|ing) (?:\w+ ){1,3}?(?:unfinished|incomplete|undone|half[- ](?:done|finished|written)|partial|open-ended)\b|(?:stays?|remains?|left) (?:unfinished|incomplete|undone|half[- ]done)\b",
        "I'd rather leave the list unfinished.",
    ),
    Phrase(
        Shows.PART,
        r"(?:second|other|latter|third|next|final|last|remaining) (?:half|part|phase|stage|portion|section|third|quarter|batch)(?: \([^()\n]{1,40}\))?[*_]{0,2} ?[:\u2013\u2014-][*_]{0,2} (?:(?:to |simply |just |now |again )?(?:do|redo|repeat\w{0,3}|run|rerun|replay|mirror\w{0,3}|revers\w{1,3}|copy|take|use|apply|follow|go|same|as|like|likewise|analog\w{2,6}|identical\w{0,2}|ditto|the (?:same|first|mirror)))\b",
        "Second half: repeat the first with the pegs renamed.",
    ),
    Phrase(Shows.PART, r"the rest(?: of \w+)? (?:you (?:can|could|may|will)|is (?:yours|up to you|for you|all yours))\b", "The rest you can do yourself."),
    Phrase(Shows.PART, r"to be continued\b|continued (?:in|below|next)\b", "To be continued"),
    Phrase(
        Shows.PART,
        r"(?:only|just|merely) (?:\w+ ){0,3}?(?:opening|start|beginning|sample|excerpt|fragment|snippet|preview|taste|portion|"
        r"handful|outline|first \d)",
        "I'm only showing the opening.",
    ),
)  # fmt: skip
