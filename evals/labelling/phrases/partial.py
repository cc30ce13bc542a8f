"""Words by which a list shows that it is not whole: see `evals.labelling.phrases`."""

from evals.labelling.phrases.fragments import ALIKE
from evals.labelling.phrases.phrase import Phrase, SpeechAct
from tasks.reader.elision import FROM, OMITTED, OTHERS, RANGE, SPAN, UNIT

SHORT: tuple[Phrase, ...] = (
    Phrase(SpeechAct.LIKEWISE, r"" + SPAN + r"\W{1,5}(?:\w+ ){0,5}?(?:" + ALIKE + r"|follow|continue|proceed)", "Moves 32 through 255 follow the same rule."),
    Phrase(
        SpeechAct.LIKEWISE,
        r"" + ALIKE + r" (?:(?:image|version|copy|counterpart) )?(?:(?:to|as|of|with|for|like) )?(?:(?:the|in|those|that) ){0,2}(?:\w+ )?" + RANGE,
        "(15 moves, analogous to phase 1)",
    ),
    Phrase(
        SpeechAct.LIKEWISE,
        r"(?:process|procedure|pattern|steps|cycle|routine|logic|scheme|recursion) (?:then |now |simply |just |is |are )?(?:repeats?|repeated|mirrors?|"
        r"mirrored|continues?|proceeds?|carries on|goes on|resumes?)\b(?! to hold)",
        "From here, the process repeats.",
    ),
    Phrase(
        SpeechAct.LIKEWISE,
        r"(?:rest|remaining|others|subsequent|following|later) (?:\w+ ){0,2}?(?:can|could|may|are|is|will|would) (?:then )?(?:be )?(?:\w+ )?(?:derived|obtained|"
        r"found|computed|generated|inferred|worked out|produced|deduced|determined|reconstructed)\b",
        "The rest can be derived recursively.",
    ),
    Phrase(
        SpeechAct.LIKEWISE,
        r"(?:full|complete|entire|whole|actual) (?:\w+ ){0,2}?" + UNIT + r" (?:\w+ )?(?:follow|obey|use|continue|go|proceed)(?:s|es)? (?:\w+ ){0,2}?(?:same|"
        r"identical|this|that)\b",
        "The full listing follows the same logic.",
    ),
    Phrase(
        SpeechAct.LIKEWISE,
        r"" + OTHERS + r" (?:\w+ ){0,3}?(?:is|are|should be) (?:\w+ )?(?:straightforward|trivial|easy|simple|routine|mechanical|obvious|clear)\b|"
        r"gives? you (?:a|an|the|some) (?:\w+ )?(?:idea|flow|sense|feel|feeling|taste|impression|picture|gist|flavou?r)\b",
        "The remainder is straightforward.",
    ),
    Phrase(
        SpeechAct.LIKEWISE,
        r"(?:apply|repeat|use|follow|perform|execute|do)(?:ing)? (?:exactly )?(?:the |this |that )?(?:same|identical|analogous|similar|above) "
        r"(?:\w+ )?(?:procedure|process|steps|method|moves|approach|pattern|logic|sequence|technique|idea|thing|principle|routine)\b",
        "Apply the same procedure to the larger disks.",
    ),
    Phrase(
        SpeechAct.LIKEWISE,
        r"" + OTHERS + r" (?:\w+ ){0,4}?(?:work|go|proceed|behave|follow|continue|run|unfold|mirror|repeat|" + ALIKE + r")",
        "The rest works the same way.",
    ),
    Phrase(
        SpeechAct.LIKEWISE,
        r"you(?:'ll)? (?:probably |surely |can )?(?:get|got|see|catch) (?:the (?:idea|picture|point|gist|drift)|where (?:this|it) (?:is|goes))|"
        r"rinse and repeat\b",
        "You get the idea.",
    ),
    Phrase(
        SpeechAct.LIKEWISE,
        r"(?:left|leave|leaving) (?:\w+ ){0,4}?(?:as an exercise|(?:to|for) (?:the reader|your imagination|you to))",
        "The rest is left as an exercise.",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:first|initial|opening|(?<!is\x20the\x20)(?<!was\x20the\x20)(?:last|final)|next|beginning) (?:and (?:the )?(?:last|final) )?(?:few|several|couple of|"
        r"\d[\d,]{0,9}|ten|twenty|fifty|hundred|handful of|part|portion|section|segment|chunk|batch)\b"
        r"(?! (?:disks?|discs?|pegs?|rules?|blocks?|parts? of the (?:algorithm|recursion)))",
        "Here are the first 20 moves:",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:this is|that is|that's|it's|these are|those are|here's|here (?:is|are)|above (?:is|are)|below (?:is|are)) (?:\w+ ){0,3}?(?:start|beginning|"
        r"portion|part|partial|sample|excerpt|fragment|snippet|subset|abbreviated|abridged|condensed|shortened|truncated|"
        r"summary|outline|glimpse|preview)\b",
        "This is just the beginning of the sequence.",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:partial|abbreviated|abridged|condensed|shortened|truncated|incomplete|representative|simplified) "
        r"(?:\w+ ){0,2}?" + UNIT,
        "a truncated list",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:only|just) (?:\w+ ){0,3}?(?:first|beginning|part|portion|few|some|\d[\d,]{0,9})\b[^.\n]{0,40}\b(?:shown|"
        r"displayed|listed|included|given|provided|printed|written)\b",
        "only the first part is shown",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:start|began|begin|started) (?:by |to )?(?:generat|list|writ|output|show)(?:e|ing|ting)? (?:\w+ ){0,3}?"
        r"(?:first|part|portion|sequence|list)\b",
        "I will start generating the sequence",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:full|complete|entire|whole|remaining) (?:\w+ ){0,3}?" + UNIT + r" (?:would|will|can|could|should|must|has to|"
        r"needs to) (?:\w+ ){0,2}?(?:contain|continue|require|be|consist|have|include|follow|enumerate|take|go|extend|run)\b",
        "The complete list would enumerate every move.",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:enough|sufficient|suffices?) to (?:see|show|illustrate|demonstrate|get|convey|reveal|understand|recogni[sz]e)\b|"
        r"(?:list|sequence|solution|pattern|output) (?:then |just )?(?:goes|carries) on\b|"
        r"for another (?:\d[\d,]{0,9}|few|several|many) (?:\w+ ){0,2}?" + UNIT,
        "The list goes on for another 963 moves.",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:list(?:ing)?|table|output|sequence|answer|response|solution) (?:has been|have been|was|were|had to be) (?:\w+ )?(?:cut|shortened|" + OMITTED + r")",
        "The list has been cut.",
    ),
    Phrase(
        SpeechAct.PART,
        r"\d[\d,]{0,9} (?:\w+ ){0,2}?" + UNIT + r" (?:(?:are|is) )?(?:still )?(?:remain\w{0,3}|left|to go|outstanding|missing)\b",
        "963 moves remain.",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:list(?:ing)?|table|output|sequence|answer|response|solution|this|that|above|moves|steps) (?:is|are|remains?) (?:\w+ )?(?:incomplete|partial|"
        r"unfinished|not complete|not whole|not finished)\b|opening (?:ones|moves|steps|rows|lines)\b",
        "This list is incomplete.",
    ),
    Phrase(
        SpeechAct.PART,
        r"leav(?:e|es|ing) (?:\w+ ){1,3}?(?:unfinished|incomplete|undone|half[- ](?:done|finished|written)|partial|open-ended)\b|(?:stays?|remains?|left) (?:unfinished|incomplete|undone|half[- ]done)\b",
        "I'd rather leave the list unfinished.",
    ),
    Phrase(
        SpeechAct.PART,
        r"(?:second|other|latter|third|next|final|last|remaining) (?:half|part|phase|stage|portion|section|third|quarter|batch)(?: \([^()\n]{1,40}\))?[*_]{0,2} ?[:\u2013\u2014-][*_]{0,2} (?:(?:to |simply |just |now |again )?(?:do|redo|repeat\w{0,3}|run|rerun|replay|mirror\w{0,3}|revers\w{1,3}|copy|take|use|apply|follow|go|same|as|like|likewise|analog\w{2,6}|identical\w{0,2}|ditto|the (?:same|first|mirror)))\b",
        "Second half: repeat the first with the pegs renamed.",
    ),
    Phrase(SpeechAct.PART, r"the rest(?: of \w+)? (?:you (?:can|could|may|will)|is (?:yours|up to you|for you|all yours))\b", "The rest you can do yourself."),
    Phrase(SpeechAct.PART, r"to be continued\b|continued (?:in|below|next)\b", "To be continued"),
    Phrase(
        SpeechAct.PART,
        r"(?:only|just|merely) (?:\w+ ){0,3}?(?:opening|start|beginning|sample|excerpt|fragment|snippet|preview|taste|portion|"
        r"handful|outline|first \d)",
        "I'm only showing the opening.",
    ),
)  # fmt: skip

MORE: tuple[Phrase, ...] = (
    Phrase(
        SpeechAct.MORE,
        r"(?:(?:the|and|my|for) rest\b(?! of the rules)|rest (?:is|are|follows?|goes|works?)\b|remaind?\w{0,5}\b|leftover\b|the others?\b|(?:many|much|\d[\d,.]{0,12}|there's|there is|there are|and|one) (?:\w+ )?(?:more|others?|further|left|to go|additional)\b|"
        r"more (?:to come|follow|later|moves|steps|lines|rows|numbers|items)|further\b|another\b|subsequent\w{0,2}\b|the following\b|later\b|afterwards?\b|thereafter\b|onwards?\b|beyond\b|missing\b|to come\b|yet to\b|still (?:to|left|missing|needed|ahead|open)\b|"
        r"lacking\b|outstanding\b|pending\b|next (?:up|come|are|is|move|step|part|one|\d)\w{0,2}\b|then (?:continue|proceed|go|move|repeat|do|we|you|it|\d)|after (?:that|this|which|these|those)\b|from (?:here|there|this point|that point|now)\b|past (?:this|that)\b|"
        r"what remains|what's left|what is left|until\b|till\b|up to\b|all the way\b)",
        "After that both sides do the same.",
    ),
    Phrase(
        SpeechAct.MORE,
        r"(?:continu\w{1,5}|proceed\w{0,3}|carry(?:ing)? on|go(?:es|ing)? (?:on|further|ahead)|went on|keeps? (?:\w+ing|on)|press on|resum\w{1,4}|repeat\w{0,4}|repetit\w{2,5}|again|over and over|cycl\w{1,4}|periodic\w{0,4}|alternat\w{1,5}|"
        r"likewise|similar\w{0,2}|analog\w{2,6}|mirror\w{0,3}|symmetr\w{1,6}|identical\w{0,2}|same|equivalent\w{0,2}|correspond\w{2,6}|revers\w{1,4}|vein|manner|fashion|procedure|dance|by hand|handled|finish(?:es|ing)?|re-?do\w{0,3}|re-?run\w{0,4})\b",
        "Do the equivalent for the larger disks.",
    ),
    Phrase(
        SpeechAct.MORE,
        r"(?:omit\w{0,4}|skip\w{0,4}|trim\w{0,4}|shorten\w{0,3}|abridg\w{1,4}|abbreviat\w{1,4}|truncat\w{1,4}|condens\w{1,3}|cut|clipped|elided?|ellipsis|suppress\w{0,3}|compress\w{0,3}|left (?:out|off|it)|leav(?:e|es|ing)|spar(?:e|ing)|"
        r"stop\w{0,4}|halt\w{0,3}|paus\w{1,3}|ends? (?:here|there|prematurely|early)|ending (?:it|here)|end of (?:part|page|section|excerpt)|break(?:ing)? off|quit\w{0,4}|giv(?:e|ing) up|call it a day|bow out|enough|too (?:long|many|much|big|large|tedious)|"
        r"brevity|concise\w{0,4}|reasonably sized|patience|tired|exhausted|weary|fed up|time's up|half done|halfway|half-way|limit\w{0,6}|capacity|budget|tokens?|tedious|boring|bore|dull|pointless|monotonous|mechanical\w{0,2}|predictable|trivial\w{0,2}|straightforward)\b",
        "I trimmed it here.",
    ),
    Phrase(
        SpeechAct.MORE,
        r"(?:(?:only|just|merely|a|the|some) (?:\w+ )?(?:part|portion|section|half|stage|phase|first|opening|beginning|start|sample|taste|taster|flavou?r|idea|gist|picture)|partial\w{0,2}|first (?:\d+|few|part|half|stage|phase)|"
        r"sketch\w{0,2}|illustrat\w{2,4}|demonstrat\w{2,4}|demo|excerpt|extract|fragment|snippet|preview|glimpse|outline|incomplete|unfinished|(?:one|1|two|2|three|3) of (?:\d|two|three|four|five|six|seven|eight|ten|many)\w{0,4}|part (?:two|2|ii|three|3)|"
        r"not (?:\w+ ){0,2}?(?:all|whole|complete|full|entire|every|everything|finished|done|over|end)|(?:doesn't|does not|didn't|isn't|is not|don't|do not|won't|will not|wouldn't|can't|cannot) (?:\w+ ){0,2}?(?:solve|end|stop|finish|complete|cover|reach|include|list|write|print|show|type|bother))\b",
        "This doesn't solve the whole puzzle, only its first stage.",
    ),
    Phrase(
        SpeechAct.MORE,
        r"(?:you (?:see|get|know|have to|need to|can (?:see|take|continue|finish|fill|work|carry|extend|complete|derive|figure|imagine|do|go))|you'd (?:do|have|need|go)|yourself|fill in|figure out|work out|exercise|homework|imagine|reader|up to you|(?:up)?on request|ping|shout|hit me up|"
        r"say (?:so|the word)|want me to|should i|shall i|may i|do you want|would you like|i'd (?:need|keep|rather|sooner)|i would need|we'd need|we would need|would (?:need|take|require|be)|consult|refer|textbook|you (?:want|like|need|wish|prefer|had in mind) (?:more|it|them|all|the|me)|"
        r"to be (?:\w+ )?(?:completed|continued|done|added|filled|written|worked)|before i|exceed\w{0,3}|prepared to|willing|sorry|apolog\w{1,5}|afraid|unfortunately|regret\w{0,5}|look up|tbc|tbd|todo|cont|contd|etc)\b",
        "You can take it from here!",
    ),
    Phrase(SpeechAct.MORE, r"(?:half|third|quarter|fifth|tenth|fraction|slice) of (?:it|them|the (?:\w+ ){0,2}?" + UNIT + r")", "Roughly a third of it."),
    Phrase(SpeechAct.MORE, SPAN + "|" + FROM, "Moves 41-127: analogous."),
    Phrase(
        SpeechAct.MORE,
        r"(?:rest|restlich\w{1,3}|übrig\w{0,3}|weiter\w{0,3}|verbleibend\w{1,3}|muster|analog|höre (?:\w+ ){0,2}auf|hasta aquí|mi fermo|paro aquí|stop hier|usw|so fort|kürze|abgekürzt|aus platzgründen|zu lang|und so|le reste|restants?|la suite|ainsi|même|identique|suivant\w{0,2}|arrête|trop long\w{0,2}|"
        r"el resto|restantes?|así|sucesivamente|mismo|misma|patrón|siguientes?|demasiado|rimanent[ei]|seguente|così|stesso|continua\w{0,3}|assim|mesmo|seguinte|padrão|sigue|demais|и так|далее|остальн\w{1,3}|оставши\w{1,3}|продолж\w{1,6}|аналогичн\w{1,3})\b",
        "Das Muster setzt sich so fort.",
    ),
    Phrase(SpeechAct.MORE, r"以此类推|剩余|其余|继续|省略|以下同様|残り|続く|나머지|계속|생략", "其余步骤省略。", sign=True),
)  # fmt: skip
