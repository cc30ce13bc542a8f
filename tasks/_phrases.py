"""The words by which answers show how they end, as data: one table, each entry with an example.

Patterns are matched against the prose of an answer in lower case, never its steps. They
describe what people mean (a part is shown, more is offered, it is declined), not any one model's wording. In a
pattern a blank stands for any white space, and an apostrophe for a straight or a curly one; every repeat is
bounded, so that no text can make a search slow.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Shows(StrEnum):
    """What a phrase or mark shows about the answer it stands in."""

    ELISION = "elision"
    """Stands for steps that were left out."""
    LIKEWISE = "likewise"
    """Says that what is not written goes like what is; counts behind the last step only."""
    PART = "part"
    """Says that only a part is given."""
    DECLINE = "decline"
    """Says that the whole will not or cannot be written."""
    OFFER = "offer"
    """Offers the rest, or asks whether to write it."""
    HEDGE = "hedge"
    """Asks what is wanted, regrets, holds back or tells a method; counts only where no step is written."""
    CODE = "code"
    """Hands over a program, a procedure or a link in place of steps."""
    POLICY = "policy"
    """Declines on principle."""
    IMPOSSIBLE = "impossible"
    """Says that there is no solution."""
    COMPLETE = "complete"
    """Claims to be whole."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry: what it shows, how it is recognised, and an example that it matches."""

    shows: Shows
    pattern: str
    example: str


_UNIT = (
    r"(?:moves?|steps?|numbers?|lines?|rows?|items?|entries|instructions?|transfers?|crossings?|trips?|totals?|"
    r"states?|values?|terms?|words?|labels?|symbols?|keys?|digits?|codes?|hops?|sequence|list(?:ing)?|solution|output|answer)\b"
)
_WRITING = (
    r"(?:list|writ|display|show|includ|print|output|provid|enumerat|fit|giv|generat|produc|present|reproduc|typ|"
    r"spell|post|past|detail|finish|complet|continu|return|shar|go|do|mak|typing|record|repeat|copy|recit)(?:e|ing|ting|es|s)?\b"
)
_LIMIT = r"(?:limit\w{0,8}|constraint\w?|restriction\w?|cap|reasons|considerations|size)\b"
_CANNOT = (
    r"(?:can't|can ?not|couldn't|could not|won't|will not|wouldn't|would not|(?:un|not )able to|not going to|"
    r"don't|do not|doesn't|does not|am not|refuse to|decline to|rather not|not possible to|must stop|have to stop|"
    r"need to stop|had to stop|to stop here)"
)
_LONG = r"(?:long|lengthy|large|many|big|verbose|extensive|numerous|tedious|much)"
_WISH = (
    r"(?:let me know|would you like|do you want|(?:if )?you(?: would|'d)? (?:like|want|need|wish|require|prefer)|"
    r"shall i|should i|may i|just (?:ask|say)|feel free|(?:up)?on request|happy to|glad to|please (?:confirm|"
    r"specify|indicate|let|ask|tell)|i (?:can|could|will|'ll) (?:also |then )?(?:provide|continue|generate|send|list|output))\b"
)
_REST = (
    r"(?:continu\w{1,5}|proceed|go on|carry on|keep going|resume\b|rest\b|remain\w{1,5}|(?:full|entire|complete|whole) (?!(?:\w+ )?(?:peg|board|disk|code|program|"
    r"script|explanation)\b)(?:\w+ ){0,2}?"
    + _UNIT
    + r"|next (?:\w+ ){0,2}?(?:moves|steps|segment|part|portion|batch|chunk|set|lines|numbers|rows|\d)|"
    r"all (?:\w+ |[\d,]+ ){0,3}?(?:moves|steps|numbers|rows|lines)|more (?:moves|steps|rows|numbers|lines)|"
    r"specific (?:\w+ ){0,2}?(?:segment|range|part|portion|section|moves)|in (?:\w+ ){0,2}?(?:parts|chunks|batches|segments|"
    r"blocks|pieces|portions|sections|messages|pages|instal{1,2}ments|groups of)\b)"
)
_OMITTED = (
    r"(?:omitted|skipped|snipped|elided|left out|cut out|not (?:shown|listed|included|written|printed|displayed)|abbreviated|"
    r"abridged|condensed|truncated|suppressed|clipped|cropped|curtailed)\b"
)
_RANGE = r"(?:moves?|steps?|lines?|rows?|items?|entries|numbers?|phases?|parts?|stages?)\W{1,3}\d[\d,]{0,9}"
_SPAN = _RANGE + r"(?: ?[-\u2010-\u2015] ?| (?:to|through|thru|until|up to|and) | ?\.\. ?)\d[\d,]{0,9}"
_FROM = _RANGE + r"(?: ?\+| onwards?| and (?:up|beyond|later|following|on)\b)"
_ALIKE = r"(?:same|identical|analog\w{1,6}|similar\w{0,2}|mirror\w{0,5}|symmetric\w{0,4}|equivalent\w{0,2}|repeat\w{0,3}|likewise)\b"
_OTHERS = r"(?:rest|remaining|remainder|others|missing|leftover)\b(?! (?:of the )?(?:\w+ )?(?:dis[kc]s?|pegs?|rings?|blocks?|checkers?|tower|stack)\b)"
_PROGRAM = r"(?:code|script|program|function|algorithm|pseudocode|procedure|method|formula|recursion)"

PHRASES: tuple[Phrase, ...] = (
    # --- marks and words that stand for steps
    Phrase(Shows.ELISION, r"\.{3,}|\. \. \.|…|⋮|⋯|\\[lcv]?dots\b", "[1, 0, 2], ..."),
    Phrase(
        Shows.ELISION,
        r"\b(?:\d[\d,.]{0,12}|many|several|hundreds of|thousands of|the) (?:more|other|further|remaining|additional|"
        r"intermediate|similar|omitted) (?:\w+ ){0,3}?" + _UNIT,
        "(1,008 more moves)",
    ),
    Phrase(
        Shows.ELISION,
        r"\b(?:continu\w{1,5}|repeat\w{0,3}|proceed\w{0,3}|carry(?:ing)? on|keep(?:s|ing)? (?:going|on)|extend\w{0,3}|"
        r"goes on|go on)\b[^.\n]{0,60}\b(?:pattern|manner|fashion|same way|similar(?:ly)?|recursively|likewise|"
        r"and so (?:on|forth)|until|remaining|up to|through|all \d|like this|this way)\b",
        "(continue this pattern until all disks are on peg 2)",
    ),
    Phrase(Shows.ELISION, r"\bpattern (?:then |simply )?(?:continues|repeats|goes on)\b", "The pattern continues."),
    Phrase(Shows.ELISION, r"\band so (?:on|forth)\b|\betc\b\.?|\bet cetera\b|\bad infinitum\b", "and so on"),
    Phrase(
        Shows.ELISION,
        r"\b(?:remaining|rest of the|other|intermediate|middle|subsequent) (?:\w+ ){0,3}?" + _UNIT
        + r"[^.\n]{0,40}\b(?:omitted|skipped|left out|follow\w{0,2}|here|not shown|similar\w{0,2})\b",
        "[remaining moves omitted]",
    ),
    Phrase(
        Shows.ELISION,
        r"\b(?:omitted|skipped|snipped|abbreviated|abridged|condensed|shortened|truncated|left out|not shown)\b"
        r"[^.\n]{0,30}\b(?:brevity|space|length|here|readability|clarity|conciseness|simplicity)\b",
        "(omitted for brevity)",
    ),
    Phrase(
        Shows.ELISION,
        r"[\[(<] ?(?:\w+ ){0,3}(?:omitted|skipped|snip(?:ped)?|clipped|cropped|truncated|abbreviated|continued|continues|continuing)\b",
        "[snipped]",
    ),
    Phrase(
        Shows.ELISION,
        r"\b(?:last|final) (?:few|several|couple of|\d[\d,]{0,9}|ten|twenty) (?:\w+ )?" + _UNIT,
        "Last 10 moves:",
    ),
    Phrase(
        Shows.ELISION,
        r"\b(?:" + _OTHERS + r"|others?) (?:\w+ ){0,3}?(?:(?:is|are|was|were|has been|have been|being) )?(?:\w+ )?" + _OMITTED,
        "// rest omitted",
    ),
    Phrase(Shows.ELISION, r"\b(?:" + _SPAN + "|" + _FROM + r")\W{1,3}(?:(?:is|are|were|have been) )?(?:\w+ )?" + _OMITTED, "(moves 16-511 omitted)"),
    Phrase(Shows.ELISION, r"\bsnip(?:ped)?\b|\bon and on\b", "--- snip ---"),
    Phrase(
        Shows.ELISION,
        r"\b\d[\d,]{0,12} (?:\w+ )?" + _UNIT + r" (?:(?:is|are|were|have been) )?(?:\w+ )?" + _OMITTED
        + r"|[\[(<] ?another (?:\d[\d,]{0,9}|few|several|many) (?:\w+ ){0,2}?" + _UNIT,
        "/* 1013 entries elided */",
    ),
    Phrase(Shows.ELISION, r"\ball the way (?:up |down |through )?(?:to|until|till) \d", "[all the way to 3000]"),
    # --- the rest goes like what is written
    Phrase(Shows.LIKEWISE, r"\b" + _SPAN + r"\W{1,5}(?:\w+ ){0,5}?(?:" + _ALIKE + r"|follow|continue|proceed)", "Moves 32 through 255 follow the same rule."),
    Phrase(
        Shows.LIKEWISE,
        r"\b" + _ALIKE + r" (?:(?:image|version|copy|counterpart) )?(?:(?:to|as|of|with|for|like) )?(?:(?:the|in|those|that) ){0,2}(?:\w+ )?" + _RANGE,
        "(15 moves, analogous to phase 1)",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"\b(?:process|procedure|pattern|steps|cycle|routine|logic|scheme|recursion) (?:then |now |simply |just |is |are )?(?:repeats?|repeated|mirrors?|"
        r"mirrored|continues?|proceeds?|carries on|goes on|resumes?)\b(?! to hold)",
        "From here, the process repeats.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"\b(?:rest|remaining|others|subsequent|following|later) (?:\w+ ){0,2}?(?:can|could|may|are|is|will|would) (?:then )?(?:be )?(?:\w+ )?(?:derived|obtained|"
        r"found|computed|generated|inferred|worked out|produced|deduced|determined|reconstructed)\b",
        "The rest can be derived recursively.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"\b(?:full|complete|entire|whole|actual) (?:\w+ ){0,2}?" + _UNIT + r" (?:\w+ )?(?:follow|obey|use|continue|go|proceed)(?:s|es)? (?:\w+ ){0,2}?(?:same|"
        r"identical|this|that)\b",
        "The full listing follows the same logic.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"\b" + _OTHERS + r" (?:\w+ ){0,3}?(?:is|are|should be) (?:\w+ )?(?:straightforward|trivial|easy|simple|routine|mechanical|obvious|clear)\b|"
        r"\bgives? you (?:a|an|the|some) (?:\w+ )?(?:idea|flow|sense|feel|feeling|taste|impression|picture|gist|flavou?r)\b",
        "The remainder is straightforward.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"\b(?:apply|repeat|use|follow|perform|execute|do)(?:ing)? (?:exactly )?(?:the |this |that )?(?:same|identical|analogous|similar|above) "
        r"(?:\w+ )?(?:procedure|process|steps|method|moves|approach|pattern|logic|sequence|technique|idea|thing|principle|routine)\b",
        "Apply the same procedure to the larger disks.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"\b" + _OTHERS + r" (?:\w+ ){0,4}?(?:work|go|proceed|behave|follow|continue|run|unfold|mirror|repeat|" + _ALIKE + r")",
        "The rest works the same way.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"\byou(?:'ll)? (?:probably |surely |can )?(?:get|got|see|catch) (?:the (?:idea|picture|point|gist|drift)|where (?:this|it) (?:is|goes))|"
        r"\brinse and repeat\b",
        "You get the idea.",
    ),
    Phrase(
        Shows.LIKEWISE,
        r"\b(?:left|leave|leaving) (?:\w+ ){0,4}?(?:as an exercise|(?:to|for) (?:the reader|your imagination|you to))",
        "The rest is left as an exercise.",
    ),
    # --- only a part
    Phrase(
        Shows.PART,
        r"\b(?:first|initial|opening|last|final|next|beginning) (?:and (?:the )?(?:last|final) )?(?:few|several|couple of|"
        r"\d[\d,]{0,9}|ten|twenty|fifty|hundred|handful of|part|portion|section|segment|chunk|batch)\b"
        r"(?! (?:disks?|discs?|pegs?|rules?|blocks?|parts? of the (?:algorithm|recursion)))",
        "Here are the first 20 moves:",
    ),
    Phrase(
        Shows.PART,
        r"\b(?:this is|that is|that's|it's|these are|those are|here's|here (?:is|are)|above (?:is|are)|below (?:is|are)) (?:\w+ ){0,3}?(?:start|beginning|"
        r"portion|part|partial|sample|excerpt|fragment|snippet|subset|abbreviated|abridged|condensed|shortened|truncated|"
        r"summary|outline|glimpse|preview)\b",
        "This is just the beginning of the sequence.",
    ),
    Phrase(
        Shows.PART,
        r"\b(?:partial|abbreviated|abridged|condensed|shortened|truncated|incomplete|representative|simplified) "
        r"(?:\w+ ){0,2}?" + _UNIT,
        "a truncated list",
    ),
    Phrase(
        Shows.PART,
        r"\b(?:only|just) (?:\w+ ){0,3}?(?:first|beginning|part|portion|few|some|\d[\d,]{0,9})\b[^.\n]{0,40}\b(?:shown|"
        r"displayed|listed|included|given|provided|printed|written)\b",
        "only the first part is shown",
    ),
    Phrase(
        Shows.PART,
        r"\b(?:start|began|begin|started) (?:by |to )?(?:generat|list|writ|output|show)(?:e|ing|ting)? (?:\w+ ){0,3}?"
        r"(?:first|part|portion|sequence|list)\b",
        "I will start generating the sequence",
    ),
    Phrase(
        Shows.PART,
        r"\b(?:full|complete|entire|whole|remaining) (?:\w+ ){0,3}?" + _UNIT + r" (?:would|will|can|could|should|must|has to|"
        r"needs to) (?:\w+ ){0,2}?(?:contain|continue|require|be|consist|have|include|follow|enumerate|take|go|extend|run)\b",
        "The complete list would enumerate every move.",
    ),
    Phrase(
        Shows.PART,
        r"\b(?:enough|sufficient|suffices?) to (?:see|show|illustrate|demonstrate|get|convey|reveal|understand|recogni[sz]e)\b|"
        r"\b(?:list|sequence|solution|pattern|output) (?:then |just )?(?:goes|carries) on\b|"
        r"\bfor another (?:\d[\d,]{0,9}|few|several|many) (?:\w+ ){0,2}?" + _UNIT,
        "The list goes on for another 963 moves.",
    ),
    Phrase(
        Shows.PART,
        r"\b(?:list(?:ing)?|table|output|sequence|answer|response|solution) (?:has been|have been|was|were|had to be) (?:\w+ )?(?:cut|shortened|" + _OMITTED + r")",
        "The list has been cut.",
    ),
    Phrase(
        Shows.PART,
        r"\b\d[\d,]{0,9} (?:\w+ ){0,2}?" + _UNIT + r" (?:(?:are|is) )?(?:still )?(?:remain\w{0,3}|left|to go|outstanding|missing)\b",
        "963 moves remain.",
    ),
    Phrase(
        Shows.PART,
        r"\b(?:list(?:ing)?|table|output|sequence|answer|response|solution|this|that|above|moves|steps) (?:is|are|remains?) (?:\w+ )?(?:incomplete|partial|"
        r"unfinished|not complete|not whole|not finished)\b|\bopening (?:ones|moves|steps|rows|lines)\b",
        "This list is incomplete.",
    ),
    Phrase(Shows.PART, r"\bto be continued\b|\bcontinued (?:in|below|next)\b", "To be continued"),
    Phrase(
        Shows.PART,
        r"\b(?:only|just|merely) (?:\w+ ){0,3}?(?:opening|start|beginning|sample|excerpt|fragment|snippet|preview|taste|portion|"
        r"handful|outline|first \d)",
        "I'm only showing the opening.",
    ),
    # --- will not, cannot
    Phrase(
        Shows.DECLINE,
        r"\b(?:too|very|extremely|prohibitively|quite|impractically|excessively|so) (?:\w+ )?" + _LONG
        + r"\b[^.\n]{0,40}\b(?:to|for) (?:\w+ ){0,3}?(?:" + _WRITING + r"|here\b|a single\b|one\b)",
        "The full sequence is too long to display here.",
    ),
    Phrase(Shows.DECLINE, r"\b(?:too|prohibitively|excessively) " + _LONG + r"\b", "as it's too lengthy"),
    Phrase(
        Shows.DECLINE,
        r"\b(?:impractical|impracticable|infeasible|unfeasible|unrealistic|(?:not|isn't|hardly|neither) (?:\w+ )?(?:feasible|"
        r"practical|practicable|realistic|reasonable|sensible|useful|helpful|possible to " + _WRITING + r"))",
        "Listing 1,023 moves by hand would be impractical.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b" + _CANNOT + r" (?:\w+ ){0,3}?(?!mak|go (?:on|onto|to|here|there|in|under|over|back|from)\b)" + _WRITING
        + r"(?![^.\n]{0,20}\b(?:dis[kc]|peg|rod|ring) (?:\d|[a-d]\b))[^.\n]{0,60}\b(?:rest|remaining|full|whole|entire|complete|all|every|"
        r"each|next|further|here|in (?:one|a single|this)|\d[\d,]{0,9}|moves|steps|list|them|numbers|out)\b",
        "I cannot output all 16383 moves here",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:must|have to|need to|had to|will|'ll) (?:stop|cut|end|leave) (?:\w+ ){0,2}?(?:here|off|there|it)\b",
        "I have to stop here.",
    ),
    Phrase(
        Shows.DECLINE,
        r"(?:'ll|\bi will|\bwe will|\bgoing to|\blet me|\blet's|\bi should|\bmust|\bhave to|\bneed to|\bi'd better) (?:pause|halt|stop|"
        r"truncate|cut|conclude|finish|end|wrap up) (?:\w+ ){0,2}?(?:here|there|off|short|at this point|for now|at (?:move|step|number|line))\b|"
        r"\b(?:stopping|pausing|leaving|cutting) (?:\w+ ){0,2}?(?:here|there|off|short|for now|at (?:move|step|number|line))\b|"
        r"\bas far as (?:i|we|this)(?:'ll| will| can| could)? (?:go|take|get)(?:es|s)?\b|"
        r"\b(?:list|table|output|answer|response|sequence|excerpt|listing) (?:\w+ )?(?:ends|stops|stopped|breaks off) (?:here|there|early)\b|"
        r"\b(?:list|table|listing|output) stops (?:at|after|with)\b|\b(?:ran|run|running) out of (?:room|space|tokens|time|characters|budget|output|context|length)\b",
        "I'll pause here.",
    ),
    Phrase(Shows.DECLINE, r"\blet's (?:not|skip|spare)\b(?! (?:forget|confuse|worry|overlook|(?:the )?(?:explan|theory|intro|details|preamble)))", "That's 1,048,575 lines, so let's not."),
    Phrase(
        Shows.DECLINE,
        r"\b(?:take|fill|span|occup|run|need|requir|consum|spread)(?:y|e|es|s|ies|ing)? (?:up |over |on |to |across )?(?:\w+ ){0,2}?"
        r"(?:(?:hundreds|thousands|dozens|tens|millions) of|many|several|\d{1,3}(?:,\d{3}){1,3}|\d{4,9}|\d{1,3} (?=screen|page|message|repl|respons)) ?(?:\w+ )?(?:lines|pages|screens|messages|"
        r"tokens|characters|words|hours|responses|replies)\b|\btakes? (?:forever|ages)\b",
        "It would take up thousands of lines.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:don't|do not|doesn't|does not|hardly) (?:think|believe|find|see|consider|feel|make|serve|add|seem)\b[^.\n]{0,40}\b(?:useful|"
        r"helpful|worth\w{0,5}|value|point|sense|reason|sensible|practical|purpose|necessary|productive)\b[^.\n]{0,20}\b" + _WRITING
        + r"|(?:\bnot|n't|\bhardly|\bnot be|n't be) (?:\w+ )?worth (?:it|the|\w{3,20}ing)\b",
        "I don't think it's useful to print them all.",
    ),
    Phrase(
        Shows.DECLINE,
        r"(?:(?:\bnot|n't|\bhardly|\bpoor|\bbad) (?:\w+ ){0,3}?use|\bwaste) of (?:\w+ ){0,4}?(?:time|space|tokens|effort|energy)\b",
        "That isn't a good use of our time.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:full|complete|entire|whole|rest|remaining|all) (?:[\w,]{1,20} ){0,4}?(?:isn't|aren't|(?:is|are|was|were|can|could|will) ?not|can't|won't) "
        r"(?:be )?(?:\w+ )?(?:included|shown|given|listed|provided|printed|displayed|written|reproduced|spelled|enumerated|presented)\b",
        "The full list isn't included.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:doesn't|does not|won't|will not|wouldn't|would not|can't|cannot|never|hardly) (?:\w+ )?fit\b",
        "A list of that size does not fit.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:don't|do not|doesn't|does not|lack|lacks|have no|has no) (?:have )?(?:\w+ )?(?:capacity|ability|capability|means|space|"
        r"room|tokens|budget|bandwidth)\b",
        "I don't have the capacity to write that much.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:exceed\w{0,3}|beyond|surpass\w{0,3}) (?:what |the |my |our |a |any )(?:\w+ ){0,5}?(?:scope|length|size|space|window|budget|"
        r"capacity|allow\w{0,3}|(?:can|could|may) (?:\w+ )?(?:fit|output|produce|print|write|show|display|provide|send|post|list))\b",
        "It exceeds the maximum length of a reply.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:length|size|output|token|character|response|message|context|space|word|reply|memory)s? (?:\w+ )?(?:limit\w{0,6}|cap|maximum|budget|"
        r"constraints?|restrictions?) (?:\w+ ){0,2}?(?:reached|hit|exceeded|met|ends?|prevent\w{0,3}|forbid\w{0,3}|apply)\b",
        "Character limit reached.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\bmore (?:\w+ )?than (?:i|we|this|one (?:message|reply|response|answer)) ?(?:'m |am |are |'d )?(?:\w+ ){0,2}?(?:can|could|willing|want|"
        r"comfortabl[ey]|fits?|care to|allows?|prepared)\b|\bmore than (?:(?:would|will|can|could|is|are|seems) )?(?:\w+ )?(?:fits?|reasonabl[ey]|"
        r"practical|sensibl[ey]|usefu\w{1,3}|sensible|manageable)\b",
        "That is more than I can print.",
    ),
    Phrase(Shows.DECLINE, r"\bnot (?:\w+ )?(?:willing|prepared|inclined|keen) to\b", "I'm not willing to write that much."),
    Phrase(
        Shows.DECLINE,
        r"(?:\bwould|'d|\bseems?|\bfeels?) (?:just |only |simply )?(?:be )?(?:\w+ )?(?:excessive\w{0,2}|overkill|unwieldy|cumbersome|unhelpful|"
        r"unreadable|pointless|silly|wasteful|a waste|tedious|laborious|error-prone|counterproductive|overwhelming|unreasonable|absurd)\b",
        "Listing them all here would be excessive.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:i'm|i am|i've|i have|i) (?:\w+ )?(?:truncat|abbreviat|shorten|abridg|condens|cut|cutt|limit|end|stopp)(?:ing|ed) (?:\w+ ){0,2}?(?:list|output|"
        r"sequence|answer|response|it|here|this|myself)\b",
        "I'm truncating the output.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:for|am|i'm|by|of) not (?:\w+ )?(?:list|writ|print|show|includ|enumerat|typ|provid|spell)ing\b",
        "Sorry for not listing them all.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:refrain|abstain|hold off|shy away) (?:from|on)\b|\bno way (?:i'm|i am|i'll|i will|i)\b|"
        r"\b(?:skip|omit|forgo|forego|leave out|spare (?:you|us)) (?:\w+ )?(?:the |a )?(?:\w+ ){0,2}?(?:full|complete|entire|whole|rest|listing|"
        r"list|enumeration)\b",
        "I must refrain from listing them.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b" + _CANNOT + r" (?:\w+ ){0,2}?(?:past|typ|dump|enumerat|spell|recit|transcrib)(?:e|ing|s)?\b",
        "I won't paste its output.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:i|we|one) (?:could|can|might) (?:keep (?:going|on)|continue|go on|carry on)\b[^.\n]{0,20}\bbut\b",
        "I could go on, but you know the principle.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:leave|leaving|left|better suited|best done|easier|better) (?:\w+ ){0,4}?(?:to|by|for|with) (?:a |the |your |some )(?:\w+ )?"
        r"(?:computer|program|script|machine|interpreter|tool)\b",
        "I'll leave that to a computer.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:i can|i could|i'd be|i would be|happy to|glad to|let me|i'll|i will|here's|here is|may i) (?:\w+ ){0,4}?(?:explain|describ|provid|giv|"
        r"shar|offer|walk|outlin|summari[sz]|generat|help|suggest|present|sketch)(?:e|ing|es|s)?\b[^.?!\n]{0,80}\binstead\b|"
        r"\binstead(?: of (?:\w+ ){0,3}?(?:listing|writing|printing|enumerating|typing|spelling)|,? (?:i'll|i will|i'd|i can|here's|here is) (?:\w+ )?"
        r"(?:explain|describe|provide|give|the|a|how|outline|share))\b",
        "I'd be happy to explain the approach instead.",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:due to|because of|given|owing to|exceed\w{0,3}|reach\w{0,3}|hit(?:ting)?|r[au]n(?:ning)? into|within|beyond|under) "
        r"(?:[\w\x27\u2019]+ ){0,4}?(?:length|space|size|output|token|character|response|message|context|practical|formatting|"
        r"display|platform|system|time|text) ?(?:\w+ )?" + _LIMIT,
        "due to output limits",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:due to|because of|given|owing to|for) (?:the |its )?(?:sheer |excessive |large |great |extreme )?(?:length|brevity|"
        r"size|space|number of (?:moves|steps))\b",
        "Due to the length",
    ),
    Phrase(
        Shows.DECLINE,
        r"\bto (?:save|conserve) (?:space|time|tokens)\b|\bfor (?:the sake of )?(?:brevity|conciseness|space)\b",
        "for brevity",
    ),
    Phrase(
        Shows.DECLINE,
        r"\b(?:no|little|without any|isn't any|not much) (?:need|point|value|use|sense|benefit) (?:\w+ ){0,3}?" + _WRITING,
        "There is no point in writing them all out.",
    ),
    # --- offers
    Phrase(
        Shows.OFFER,
        r"\b" + _WISH + r"[^.?!\n]{0,90}\b" + _REST,
        "Let me know if you'd like me to continue.",
    ),
    Phrase(
        Shows.OFFER,
        r"\bi(?: can|'ll| will| could|'d be happy to|'m happy to) (?:go on|continue|keep going|carry on)\b(?! (?:by|with|to|moving))",
        "I can go on, if you like.",
    ),
    Phrase(
        Shows.OFFER,
        r"\b(?:i'll|i will|i can|can|could) continue\b[^.\n]{0,60}\b(?:next|subsequent|request|response|message|where)\b",
        "I will continue in the next response.",
    ),
    Phrase(
        Shows.OFFER,
        r"\b(?:would you like|do you want|shall i|should i|are you (?:ready|sure))\b(?![^?\n]{0,80}\b(?:expla|visuali|animat|verif|prove|proof|diagram|"
        r"walk|why|how|another|different|larger|smaller|bigger|more (?:dis[kc]|ring|block)|states?\b|as well|also\b|too\b|(?:for|with) \d+ (?:dis[kc]|ring|block|item)))[^?\n]{0,120}\?",
        "Would you like a program that generates the full sequence?",
    ),
    Phrase(
        Shows.OFFER,
        r"\b(?:reply|respond|type|send|say|message|prompt)(?: me| us)?(?: with| back| again| for)?\W{1,4}(?:the )?"
        r"(?:word|continue|next|go|yes|proceed|ok|rest|remaining)\b(?! (?:dis[kc]|peg|move))",
        'Reply "continue" to get the rest.',
    ),
    Phrase(
        Shows.OFFER,
        r"\b(?:ready|waiting) for (?:the |part |your )(?:(?:first|next|second|following) )?(?:part|batch|chunk|rest|remaining|segment|portion|section|"
        r"instal{1,2}ment|set|go-ahead|\d)",
        "when you're ready for part 2",
    ),
    Phrase(
        Shows.OFFER,
        r"\b(?:say|confirm|reply|respond|tell me|let me know|if so|go-ahead|green light)\b[^.?!\n]{0,60}\b(?:i'll|i will|i can) (?:\w+ )?(?:begin|"
        r"start|go|proceed|continue|send|write|do|post|provide|print|output|list|generate)\b",
        "Say so and I'll begin.",
    ),
    Phrase(
        Shows.OFFER,
        r"\b(?:full|complete|entire|whole|remaining|rest)\b(?! (?:\w+ )?(?:peg|board|state|explanation|code|program|script|"
        r"proof|trace|analysis|breakdown|derivation)s?\b)[^.?!\n]{0,40}\b(?:(?:available|provided|supplied|"
        r"shared|sent|given) (?:up)?on request|available (?:if|when\w{0,4}|as soon as) you|if (?:desired|needed|required|requested|necessary)|(?:up)?on (?:\w+ )?"
        r"request)\b",
        "The complete list is available on request.",
    ),
    Phrase(
        Shows.OFFER,
        r"\b(?:want|need|care for|how about|shall i (?:post|send|show|do|write)|would you like) (?:to see )?(?:the )?(?:(?:next|following) (?:\d|part|batch|"
        r"chunk|segment|portion)|(?:rest|remaining|remainder)\b)",
        "Want the next 50?",
    ),
    # --- where no step is written: less is needed to see that none will come
    Phrase(
        Shows.HEDGE,
        r"(?<![^\n>])no\b[^\w]|\b(?:how about|what about|is it (?:ok|okay|fine|alright)|would (?:a|an|that|this|it)|does (?:that|this)|will (?:a|that|this)|"
        r"would you|do you|could you|can you|shall i|should i|may i|how (?:would you|should i)|which|what (?:would|do) you|want me to)\b[^?\n]{0,160}\?",
        "Would you like me to explain the method?",
    ),
    Phrase(Shows.HEDGE, r"\b(?:sorry|apologi[sz]e|apologies|unfortunately|i'm afraid|i regret)\b", "Sorry, that's a lot."),
    Phrase(
        Shows.HEDGE,
        r"\b(?:i|we) (?:won't|can't|don't|didn't|couldn't|wouldn't|haven't)\b|\b(?:i|we|i'm|i've|i'd)(?: (?:am|have|would|do|will|can|could|did|is))?(?: ?not| unable| limited| (?:only|merely|just)|'d rather)\b",
        "I have not printed it.",
    ),
    Phrase(
        Shows.HEDGE,
        r"\b(?:isn't|is not|aren't|are not|won't|will not|wouldn't|would not|can't|cannot|can not|doesn't|don't|haven't been|not been) (?:\w+ ){0,3}?"
        r"(?:i can|i could|possible|appear\w{0,2}|fit|shown?|list\w{0,2}|print\w{0,3}|writ\w{2,4}|includ\w{2,3}|display\w{0,2}|provid\w{2,3}|feasible|practical|"
        r"reproduced|necessary)\b",
        "Producing that isn't something I can do.",
    ),
    Phrase(
        Shows.HEDGE,
        r"\b(?:far|much|way|a lot|rather|considerably) (?:too |more |longer|larger|beyond)|\b(?:wall of text|happy to|glad to)\b|"
        r"\b(?:very|extremely|quite|incredibly|really) " + _LONG + r"\b|\b(?:left out|widely available|well[- ]known|look(?: it)? up|"
        r"recommend\w{0,3}|suggest\w{0,3}|instead of|rather than|ask (?:me )?for a|smaller (?:number|instance|case|version))\b",
        "That is far longer than a usual answer.",
    ),
    Phrase(
        Shows.HEDGE,
        r"\b(?:algorithm|recursi\w{2,5}|iterative\w{0,2}|strategy|approach|method|procedure|formula|recurrence|divide[- ]and[- ]conquer|pseudocode)\b",
        "The puzzle is solved recursively.",
    ),
    # --- something else in its place
    Phrase(
        Shows.CODE,
        r"\b(?:run|running|execut\w{1,4}|use|using|implement\w{0,4}|call|calling|apply|applying|follow) (?:\w+ ){0,3}?" + _PROGRAM
        + r"\b[^.\n]{0,80}\b(?:get|give|generat\w{1,4}|produc\w{1,4}|obtain|print|output|list|all|full|complete|entire|"
        r"sequence|moves|steps|populate|return)\b",
        "Run the code above to get the full list.",
    ),
    Phrase(
        Shows.CODE,
        r"\b(?:this|the(?: above| following)?|that|such a|a) (?:\w+ ){0,3}?" + _PROGRAM + r"\b[^.\n]{0,40}\b(?:will|would|can|"
        r"generates?|produces?|prints?|outputs?|returns?|gives?|yields?)\b[^.\n]{0,60}\b(?:all|full|complete|entire|every|"
        r"list|sequence|moves|steps|numbers)\b",
        "This function will generate the complete list of moves.",
    ),
    Phrase(
        Shows.CODE,
        r"\b(?:execut\w{1,4}|run|running|call|calling) (?:this|it|the (?:code|function|script|program|above))\b[^.\n]{0,60}\b(?:give|"
        r"generate|produce|populate|print|output|return|yield)s?\b",
        "Executing this will populate `moves`.",
    ),
    Phrase(
        Shows.CODE,
        r"\b(?:find|found|see|visit|available|look(?: it)? up|check|refer|view|obtain\w{0,3}|generate\w?)\b[^.\n]{0,60}\bhttps?://",
        "You can find the full list of moves at https://example.org.",
    ),
    Phrase(
        Shows.CODE,
        r"\b(?:generat|comput|produc|obtain|get|deriv|calculat|creat|append|add|print|fill in|build|yield)(?:e|es|s|ing|ed)? "
        r"(?:\w+ ){0,2}?" + _OTHERS,
        "# generate the rest programmatically",
    ),
    Phrase(
        Shows.CODE,
        r"\b(?:see|in|is|are|to|as|the|an) (?:(?:the|an|a) )?(?:attached|accompanying|enclosed|linked|separate|external) (?:\w+ )?(?:file|document|csv|"
        r"spreadsheet|attachment|sheet|gist|notebook)\b|\bsee (?:the )?(?:attachment|file)\b",
        "see the attached file",
    ),
    Phrase(
        Shows.CODE,
        r"\bfor (?:the |all )(?:\w+ )?(?:full|complete|entire|whole|remaining|rest|others)\b[^.\n]{0,40}\b(?:use|run|see|execute|refer|consult|check)\b",
        "For the full list, use the code above.",
    ),
    Phrase(
        Shows.CODE,
        r"\b(?:saved|written|exported|stored|uploaded|wrote|put|download)\b[^\n]{0,60}?[\w-]{1,40}\.(?:txt|csv|json|md|py|zip|tsv|xlsx)\b",
        "I've saved them to moves.csv.",
    ),
    # --- on principle
    Phrase(
        Shows.POLICY,
        r"\b(?:can't|can ?not|won't|will not|(?:un|not )able to) (?:\w+ ){0,2}?(?:help|assist|comply|engage|fulfil{1,2}|support|"
        r"participate|do (?:that|this)|take part)\b",
        "I can't assist with that request.",
    ),
    Phrase(
        Shows.POLICY,
        r"\b(?:against|violat\w{1,4}|under|because of|per) (?:my|our|the) (?:\w+ )?(?:polic\w{1,3}|guidelines|terms|programming)\b",
        "That is against our policy.",
    ),
    Phrase(
        Shows.POLICY,
        r"\bi(?:'d| would| must| have to| will)? (?:rather not|prefer not to|respectfully decline|politely decline|decline|refuse)\b|"
        r"\bi(?:'m| am) (?:not willing|declining|refusing|not comfortable)\b|\bi (?:don't|do not) (?:want|wish) to\b",
        "I must respectfully decline.",
    ),
    # --- the problem is said to have no solution
    Phrase(
        Shows.IMPOSSIBLE,
        r"\b(?:there (?:is|exists|can be)|has|have|admits?) no (?:\w+ ){0,2}?(?:solution|way)\b|\bno (?:\w+ ){0,2}?(?:solution|sequence|way) "
        r"(?:\w+ ){0,2}?(?:exists?|is possible)\b|\b(?:is|are|be|it's) (?:\w+ )?(?:impossible|unsolvable|not solvable|"
        r"unachievable|infeasible) (?:to (?:solve|reach|complete)|under|with|given|because|for)|"
        r"\b(?:is|are|be|it's) (?:\w+ )?(?:impossible|unsolvable|not solvable)(?=[.,;:!\n]|\Z)|"
        r"\b(?:cannot|can't|can not) be (?:solved|done|reached|completed)\b|\bnot possible to (?:solve|reach)\b",
        "This puzzle cannot be solved.",
    ),
    # --- claims
    Phrase(
        Shows.COMPLETE,
        r"\b(?:complete|full|entire|whole|final|all \d[\d,]{0,9}) (?:\w+ ){0,3}?" + _UNIT,
        "Here is the complete list of moves:",
    ),
)  # fmt: skip


def compiled(pattern: str) -> str:
    """A pattern of the table as a regular expression: blanks and apostrophes as the table means them."""
    return pattern.replace(" ?", r"\s?").replace(" ", r"\s{1,3}").replace("'", "['\u2019]")


def lowered(text: str) -> str:
    """The text in lower case, of the same length, so that offsets stay."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_LOWER)


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}

COMPILED: dict[Shows, re.Pattern[str]] = {
    shows: re.compile("|".join(f"(?:{compiled(entry.pattern)})" for entry in PHRASES if entry.shows is shows))
    for shows in Shows
}
"""One pattern for each kind, made of all its entries; for text that `lowered` has been over."""
