"""Words that say that the whole will not or cannot be written: see `evals.labelling.phrases`."""

from evals.labelling.phrases.fragments import CANNOT, LIMIT, LONG, NOT_STEPS, WRITING
from evals.labelling.phrases.phrase import Phrase, SpeechAct

DECLINED: tuple[Phrase, ...] = (
    Phrase(
        SpeechAct.DECLINE,
        r"(?:too|very|extremely|prohibitively|quite|impractically|excessively|so) (?:\w+ )?" + LONG
        + r"\b[^.\n]{0,40}\b(?:to|for) (?:\w+ ){0,3}?(?:" + WRITING + r"|here\b|a single\b|one\b)",
        "The full sequence is too long to display here.",
    ),
    Phrase(SpeechAct.DECLINE, r"(?:too|prohibitively|excessively) " + LONG + r"\b", "as it's too lengthy"),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:impractical|impracticable|infeasible|unfeasible|unrealistic|(?:not|isn't|hardly|neither) (?:\w+ )?(?:feasible|"
        r"practical|practicable|realistic|reasonable|sensible|useful|helpful|possible to " + WRITING + r"))",
        "Listing 1,023 moves by hand would be impractical.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"" + CANNOT + r" (?:\w+ ){0,3}?(?!mak|go (?:on|onto|to|here|there|in|under|over|back|from)\b)" + WRITING
        + r"(?![^.\n]{0,20}\b(?:dis[kc]|peg|rod|ring) (?:\d|[a-d]\b))[^.\n]{0,60}\b(?:rest|remaining|full|whole|entire|complete|all|every|"
        r"each|next|further|here|in (?:one|a single|this)|\d[\d,]{0,9}|moves|steps|list|them|numbers|out)\b",
        "I cannot output all 16383 moves here",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:must|have to|need to|had to|will|'ll) (?:stop|cut|end|leave) (?:\w+ ){0,2}?(?:here|off|there|it)\b",
        "I have to stop here.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:'ll|i will|we will|going to|let me|let's|i should|must|have to|need to|i'd better) (?:pause|halt|stop|"
        r"truncate|cut|conclude|finish|end|wrap up) (?:\w+ ){0,2}?(?:here|there|off|short|at this point|for now|at (?:move|step|number|line))\b|"
        r"(?:stopping|pausing|leaving|cutting) (?:\w+ ){0,2}?(?:here|there|off|short|for now|at (?:move|step|number|line))\b|"
        r"as far as (?:i|we|this)(?:'ll| will| can| could)? (?:go|take|get)(?:es|s)?\b|"
        r"(?:list|table|output|answer|response|sequence|excerpt|listing) (?:\w+ )?(?:ends|stops|stopped|breaks off) (?:here|there|early)\b|"
        r"(?:list|table|listing|output) stops (?:at|after|with)\b|(?:ran|run|running) out of (?:room|space|tokens|time|characters|budget|output|context|length)\b",
        "I'll pause here.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:can't|cannot|can not|won't|couldn't) be (?:\w+ ){1,2}?(?:in|within) (?:a|an|one|this|the|my) (?:\w+ )?(?:reply|message|response|answer|chat|conversation|post)\b",
        "It can't be done in a single message.",
    ),
    Phrase(SpeechAct.DECLINE, r"let's (?:not|skip|spare)\b(?! (?:forget|confuse|worry|overlook|(?:the )?(?:explan|theory|intro|details|preamble)))", "That's 1,048,575 lines, so let's not."),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:take|fill|span|occup|run|need|requir|consum|spread)(?:y|e|es|s|ies|ing)? (?:up |over |on |to |across )?(?:\w+ ){0,2}?"
        r"(?:(?:hundreds|thousands|dozens|tens|millions) of|many|several|\d{1,3}(?:,\d{3}){1,3}|\d{4,9}|\d{1,3} (?=screen|page|message|repl|respons)) ?(?:\w+ )?(?:lines|pages|screens|messages|"
        r"tokens|characters|words|hours|responses|replies)\b|takes? (?:forever|ages)\b",
        "It would take up thousands of lines.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:don't|do not|doesn't|does not|hardly) (?:think|believe|find|see|consider|feel|make|serve|add|seem)\b[^.\n]{0,40}\b(?:useful|"
        r"helpful|worth\w{0,5}|value|point|sense|reason|sensible|practical|purpose|necessary|productive)\b[^.\n]{0,20}\b" + WRITING
        + r"|(?:not|\w{1,8}n't|hardly|not be|\w{1,8}n't be) (?:\w+ )?worth (?:it|the|\w{3,20}ing)\b",
        "I don't think it's useful to print them all.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:(?:not|\w{1,8}n't|hardly|poor|bad) (?:\w+ ){0,3}?use|waste) of (?:\w+ ){0,4}?(?:time|space|tokens|effort|energy)\b",
        "That isn't a good use of our time.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:full|complete|entire|whole|rest|remaining|all) (?:[\w,]{1,20} ){0,4}?(?:isn't|aren't|(?:is|are|was|were|can|could|will) ?not|can't|won't) "
        r"(?:be )?(?:\w+ )?(?:included|shown|given|listed|provided|printed|displayed|written|reproduced|spelled|enumerated|presented)\b",
        "The full list isn't included.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:doesn't|does not|won't|will not|wouldn't|would not|can't|cannot|never|hardly) (?:\w+ )?fit\b",
        "A list of that size does not fit.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:don't|do not|doesn't|does not|lack|lacks|have no|has no) (?:have )?(?:\w+ )?(?:capacity|ability|capability|means|space|"
        r"room|tokens|budget|bandwidth)\b",
        "I don't have the capacity to write that much.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:exceed\w{0,3}|beyond|surpass\w{0,3}) (?:what |the |my |our |a |any )(?:\w+ ){0,5}?(?:scope|length|size|space|window|budget|"
        r"capacity|allow\w{0,3}|(?:can|could|may) (?:\w+ )?(?:fit|output|produce|print|write|show|display|provide|send|post|list))\b",
        "It exceeds the maximum length of a reply.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:length|size|output|token|character|response|message|context|space|word|reply|memory)s? (?:\w+ )?(?:limit\w{0,6}|cap|maximum|budget|"
        r"constraints?|restrictions?) (?:\w+ ){0,2}?(?:reached|hit|exceeded|met|ends?|prevent\w{0,3}|forbid\w{0,3}|apply)\b",
        "Character limit reached.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"more (?:\w+ )?than (?:i|we|this|one (?:message|reply|response|answer)) ?(?:'m |am |are |'d )?(?:\w+ ){0,2}?(?:can|could|willing|want|"
        r"comfortabl[ey]|fits?|care to|allows?|prepared)\b|more than (?:(?:would|will|can|could|is|are|seems) )?(?:\w+ )?(?:fits?|reasonabl[ey]|"
        r"practical|sensibl[ey]|usefu\w{1,3}|sensible|manageable)\b",
        "That is more than I can print.",
    ),
    Phrase(SpeechAct.DECLINE, r"not (?:\w+ )?(?:willing|prepared|inclined|keen) to\b", "I'm not willing to write that much."),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:would|'d|seems?|feels?) (?:just |only |simply )?(?:be )?(?:\w+ )?(?:excessive\w{0,2}|overkill|unwieldy|cumbersome|unhelpful|"
        r"unreadable|pointless|silly|wasteful|a waste|tedious|laborious|error-prone|counterproductive|overwhelming|unreasonable|absurd)\b",
        "Listing them all here would be excessive.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:i'm|i am|i've|i have|i) (?:\w+ )?(?:truncat|abbreviat|shorten|abridg|condens|cut|cutt|limit|end|stopp)(?:ing|ed) (?:\w+ ){0,2}?(?:list|output|"
        r"sequence|answer|response|it|here|this|myself)\b",
        "I'm truncating the output.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:for|am|i'm|by|of) not (?:\w+ )?(?:list|writ|print|show|includ|enumerat|typ|provid|spell)ing\b",
        "Sorry for not listing them all.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:refrain|abstain|hold off|shy away) (?:from|on)\b|no way (?:i'm|i am|i'll|i will|i)\b|"
        r"(?:skip|omit|forgo|forego|leave out|spare (?:you|us)) (?:\w+ )?(?:the |a )?(?:\w+ ){0,2}?(?:full|complete|entire|whole|rest|listing|"
        r"list|enumeration)\b",
        "I must refrain from listing them.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"" + CANNOT + r" (?:\w+ ){0,2}?(?:re-?)?(?:past|typ|dump|enumerat|spell|recit|transcrib)(?:e|ing|s)?\b",
        "I won't paste its output.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:i|we|one) (?:could|can|might) (?:keep (?:going|on)|continue|go on|carry on)\b[^.\n]{0,20}\bbut\b",
        "I could go on, but you know the principle.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:leave|leaving|left|better suited|best done|easier|better) (?:\w+ ){0,4}?(?:to|by|for|with) (?:a |the |your |some )(?:\w+ )?"
        r"(?:computer|program|script|machine|interpreter|tool)\b",
        "I'll leave that to a computer.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:i can|i could|i'd be|i would be|happy to|glad to|let me|i'll|i will|here's|here is|may i) (?:\w+ ){0,4}?(?:explain|describ|provid|giv|"
        r"shar|offer|walk|outlin|summari[sz]|generat|help|suggest|present|sketch)(?:e|ing|es|s)?\b[^.?!\n]{0,80}\binstead\b|"
        r"instead(?: of (?:\w+ ){0,3}?(?:listing|writing|printing|enumerating|typing|spelling)|,? (?:i'll|i will|i'd|i can|here's|here is) (?:\w+ )?"
        r"(?:explain|describe|provide|give|the|a|how|outline|share))\b",
        "I'd be happy to explain the approach instead.",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:due to|because of|given|owing to|exceed\w{0,3}|reach\w{0,3}|hit(?:ting)?|r[au]n(?:ning)? into|within|beyond|under) "
        r"(?:[\w\x27\u2019]+ ){0,4}?(?:length|space|size|output|token|character|response|message|context|practical|formatting|"
        r"display|platform|system|time|text) ?(?:\w+ )?" + LIMIT,
        "due to output limits",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:due to|because of|given|owing to|for) (?:the |its )?(?:sheer |excessive |large |great |extreme )?(?:length|brevity|"
        r"size|space|number of (?:moves|steps))\b" + NOT_STEPS,
        "Due to the length",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:to (?:save|conserve) (?:space|time|tokens)|for (?:the sake of )?(?:brevity|conciseness|space))\b" + NOT_STEPS,
        "for brevity",
    ),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:no|little|without any|isn't any|not much) (?:need|point|value|use|sense|benefit) (?:\w+ ){0,3}?" + WRITING,
        "There is no point in writing them all out.",
    ),
    Phrase(SpeechAct.DECLINE, r"(?:serves?|has|have|be) (?:no|little) (?:\w+ )?(?:purpose|point|value|use)\b", "Copying it would serve no purpose."),
    Phrase(
        SpeechAct.DECLINE,
        r"(?:leav|left|leave|keep|kept)(?:ing)? (?:it|them|that|those|these|this|the (?:rest|others|remainder)) (?:out|off|away)\b",
        "so I'm leaving it out",
    ),
    Phrase(SpeechAct.DECLINE, r"(?:i|we) have no (?:\w+ ){0,2}?(?:way|means|room|space|wish|intention) (?:to|of|for)\b", "I have no practical way to write this."),
    Phrase(
        SpeechAct.POLICY,
        r"(?:can't|can ?not|won't|will not|(?:un|not )able to) (?:\w+ ){0,2}?(?:help|assist|comply|engage|fulfil{1,2}|support|"
        r"participate|do (?:that|this)|take part)\b",
        "I can't assist with that request.",
    ),
    Phrase(
        SpeechAct.POLICY,
        r"(?:against|violat\w{1,4}|under|because of|per) (?:my|our|the) (?:\w+ )?(?:polic\w{1,3}|guidelines|terms|programming)\b",
        "That is against our policy.",
    ),
    Phrase(
        SpeechAct.POLICY,
        r"i(?:'d| would| must| have to| will)? (?:rather not|prefer not to|respectfully decline|politely decline|decline|refuse)\b|"
        r"i(?:'m| am) (?:not willing|declining|refusing|not comfortable)\b|i (?:don't|do not) (?:want|wish) to\b",
        "I must respectfully decline.",
    ),
)  # fmt: skip
