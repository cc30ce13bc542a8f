"""What speaks of steps that are not written, or of stopping: see `tasks._phrases`.

Wide on purpose: such words count only in a sentence that stands behind a list of which much is missing, and says
nothing of what one says at an end (`tasks._phrases._ended`).
"""

from tasks._phrases._entry import Phrase, Shows
from tasks._phrases._parts import FROM, SPAN, UNIT

MORE: tuple[Phrase, ...] = (
    Phrase(
        Shows.MORE,
        r"(?:(?:the|and|my|for) rest\b(?! of the rules)|rest (?:is|are|follows?|goes|works?)\b|remaind?\w{0,5}\b|leftover\b|the others?\b|(?:many|much|\d[\d,.]{0,12}|there's|there is|there are|and|one) (?:\w+ )?(?:more|others?|further|left|to go|additional)\b|"
        r"more (?:to come|follow|later|moves|steps|lines|rows|numbers|items)|further\b|another\b|subsequent\w{0,2}\b|the following\b|later\b|afterwards?\b|thereafter\b|onwards?\b|beyond\b|missing\b|to come\b|yet to\b|still (?:to|left|missing|needed|ahead|open)\b|"
        r"lacking\b|outstanding\b|pending\b|next (?:up|come|are|is|move|step|part|one|\d)\w{0,2}\b|then (?:continue|proceed|go|move|repeat|do|we|you|it|\d)|after (?:that|this|which|these|those)\b|from (?:here|there|this point|that point|now)\b|past (?:this|that)\b|"
        r"what remains|what's left|what is left|until\b|till\b|up to\b|all the way\b)",
        "After that both sides do the same.",
    ),
    Phrase(
        Shows.MORE,
        r"(?:continu\w{1,5}|proceed\w{0,3}|carry(?:ing)? on|go(?:es|ing)? (?:on|further|ahead)|went on|keeps? (?:\w+ing|on)|press on|resum\w{1,4}|repeat\w{0,4}|repetit\w{2,5}|again|over and over|cycl\w{1,4}|periodic\w{0,4}|alternat\w{1,5}|"
        r"likewise|similar\w{0,2}|analog\w{2,6}|mirror\w{0,3}|symmetr\w{1,6}|identical\w{0,2}|same|equivalent\w{0,2}|correspond\w{2,6}|revers\w{1,4}|vein|manner|fashion|procedure|dance|by hand|handled|finish(?:es|ing)?|re-?do\w{0,3}|re-?run\w{0,4})\b",
        "Do the equivalent for the larger disks.",
    ),
    Phrase(
        Shows.MORE,
        r"(?:omit\w{0,4}|skip\w{0,4}|trim\w{0,4}|shorten\w{0,3}|abridg\w{1,4}|abbreviat\w{1,4}|truncat\w{1,4}|condens\w{1,3}|cut|clipped|elided?|ellipsis|suppress\w{0,3}|compress\w{0,3}|left (?:out|off|it)|leav(?:e|es|ing)|spar(?:e|ing)|"
        r"stop\w{0,4}|halt\w{0,3}|paus\w{1,3}|ends? (?:here|there|prematurely|early)|ending (?:it|here)|end of (?:part|page|section|excerpt)|break(?:ing)? off|quit\w{0,4}|giv(?:e|ing) up|call it a day|bow out|enough|too (?:long|many|much|big|large|tedious)|"
        r"brevity|concise\w{0,4}|reasonably sized|patience|tired|exhausted|weary|fed up|time's up|half done|halfway|half-way|limit\w{0,6}|capacity|budget|tokens?|tedious|boring|bore|dull|pointless|monotonous|mechanical\w{0,2}|predictable|trivial\w{0,2}|straightforward)\b",
        "I trimmed it here.",
    ),
    Phrase(
        Shows.MORE,
        r"(?:(?:only|just|merely|a|the|some) (?:\w+ )?(?:part|portion|section|half|stage|phase|first|opening|beginning|start|sample|taste|taster|flavou?r|idea|gist|picture)|partial\w{0,2}|first (?:\d+|few|part|half|stage|phase)|"
        r"sketch\w{0,2}|illustrat\w{2,4}|demonstrat\w{2,4}|demo|excerpt|extract|fragment|snippet|preview|glimpse|outline|incomplete|unfinished|(?:one|1|two|2|three|3) of (?:\d|two|three|four|five|six|seven|eight|ten|many)\w{0,4}|part (?:two|2|ii|three|3)|"
        r"not (?:\w+ ){0,2}?(?:all|whole|complete|full|entire|every|everything|finished|done|over|end)|(?:doesn't|does not|didn't|isn't|is not|don't|do not|won't|will not|wouldn't|can't|cannot) (?:\w+ ){0,2}?(?:solve|end|stop|finish|complete|cover|reach|include|list|write|print|show|type|bother))\b",
        "This doesn't solve the whole puzzle, only its first stage.",
    ),
    Phrase(
        Shows.MORE,
        r"(?:you (?:see|get|know|have to|need to|can (?:see|take|continue|finish|fill|work|carry|extend|complete|derive|figure|imagine|do|go))|you'd (?:do|have|need|go)|yourself|fill in|figure out|work out|exercise|homework|imagine|reader|up to you|(?:up)?on request|ping|shout|hit me up|"
        r"say (?:so|the word)|want me to|should i|shall i|may i|do you want|would you like|i'd (?:need|keep|rather|sooner)|i would need|we'd need|we would need|would (?:need|take|require|be)|consult|refer|textbook|you (?:want|like|need|wish|prefer|had in mind) (?:more|it|them|all|the|me)|"
        r"to be (?:\w+ )?(?:completed|continued|done|added|filled|written|worked)|before i|exceed\w{0,3}|prepared to|willing|sorry|apolog\w{1,5}|afraid|unfortunately|regret\w{0,5}|look up|tbc|tbd|todo|cont|contd|etc)\b",
        "You can take it from here!",
    ),
    Phrase(Shows.MORE, r"(?:half|third|quarter|fifth|tenth|fraction|slice) of (?:it|them|the (?:\w+ ){0,2}?" + UNIT + r")", "Roughly a third of it."),
    Phrase(Shows.MORE, SPAN + "|" + FROM, "Moves 41-127: analogous."),
    Phrase(
        Shows.MORE,
        r"(?:rest|restlich\w{1,3}|übrig\w{0,3}|weiter\w{0,3}|verbleibend\w{1,3}|muster|analog|höre (?:\w+ ){0,2}auf|hasta aquí|mi fermo|paro aquí|stop hier|usw|so fort|kürze|abgekürzt|aus platzgründen|zu lang|und so|le reste|restants?|la suite|ainsi|même|identique|suivant\w{0,2}|arrête|trop long\w{0,2}|"
        r"el resto|restantes?|así|sucesivamente|mismo|misma|patrón|siguientes?|demasiado|rimanent[ei]|seguente|così|stesso|continua\w{0,3}|assim|mesmo|seguinte|padrão|sigue|demais|и так|далее|остальн\w{1,3}|оставши\w{1,3}|продолж\w{1,6}|аналогичн\w{1,3})\b",
        "Das Muster setzt sich so fort.",
    ),
    Phrase(Shows.MORE, r"以此类推|剩余|其余|继续|省略|以下同様|残り|続く|나머지|계속|생략", "其余步骤省略。", sign=True),
)  # fmt: skip
