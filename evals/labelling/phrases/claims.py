"""What an answer says of the problem, or of itself: see `evals.labelling.phrases`."""

from evals.labelling.phrases.fragments import NOT_HERE
from evals.labelling.phrases.phrase import Phrase, SpeechAct
from tasks.reader.elision import UNIT

CLAIMED: tuple[Phrase, ...] = (
    Phrase(
        SpeechAct.IMPOSSIBLE,
        r"there (?:is|exists|can be) no (?:\w+ ){0,2}?(?:solution|way|sequence|series|order)\b(?! (?:i|we)\b)|(?:has|have|admits?) no (?:\w+ ){0,2}?solution\b|no (?:\w+ ){0,2}?(?:solution|sequence|way|series|order)"
        r"(?: of (?:moves|steps|crossings|trips))? (?:\w+ ){0,2}?(?:exists?|works?|succeeds?|is possible|can (?:work|succeed|exist|reach|get))\b|(?:is|are|be|it's) (?:\w+ )?(?:impossible|unsolvable|not solvable|"
        r"unachievable|infeasible) (?:to (?:solve|reach|complete)|under|with|given|because|for)|"
        r"(?:is|are|be|it's) (?:\w+ )?(?:impossible|unsolvable|not solvable)(?=[.,;:!\n]|\Z)|"
        r"(?:cannot|can't|can not) be (?:solved|done|reached|completed)\b" + NOT_HERE + r"|not possible to (?:solve|reach)\b",
        "This puzzle cannot be solved.",
    ),
    Phrase(
        SpeechAct.IMPOSSIBLE,
        r"(?:goal|target|(?:order|arrangement|configuration|state|position|stack|final \w+|end \w+|puzzle|task|transfer|crossing))(?: \w+){0,3}? (?:(?:is|lies|remains|stays) (?:\w+ )?(?:out of reach|beyond reach|unreachable|unattainable|unobtainable)\b|"
        r"(?:can't|cannot|can not|can never|could never|couldn't|will never|won't ever|isn't able to) (?:\w+ )?be (?:reached|attained|achieved|accomplished|obtained|realized|realised|produced|met|made)\b" + NOT_HERE + r")",
        "So the goal is out of reach.",
    ),
    Phrase(
        SpeechAct.COMPLETE,
        r"(?:complete|full|entire|whole|final|all \d[\d,]{0,9}) (?:\w+ ){0,3}?" + UNIT,
        "Here is the complete list of moves:",
    ),
)  # fmt: skip

_LIST = r"(?:solution|sequence|list|answer|listing|output|plan|moves|steps|code|entries|lines|result|trips|crossings|path|approach|method|numbers|words|values|totals)"
_ALL = r"(?:all|every|each|both|the whole|the entire|the full)"

ENDED: tuple[Phrase, ...] = (
    # --- it is done
    Phrase(
        SpeechAct.DONE,
        r"(?:this|these|that|the (?:tower|above|resulting|complete|full|final|whole)|(?:the|my|your) " + _LIST + r")(?! point\b)(?: \w+){0,3} (?:(?:is|are) (?:now |the |a |an |all )?(?:full|complete|whole|entire|optimal|minimal|minimum|shortest|valid|correct|legal|required|right|final|solution|list|answer|sequence)|contains?|consists?|"
        r"follows?|moves?|transfers?|solves?|completes?|takes?|uses?|requires?|achieves?|ensures?|respects?|obeys?|satisf\w{2,4}|brings?|gets?|has (?:all|\d)|have (?:all|\d)|"
        r"adheres?|reach\w{0,2}|correctly|successfully|will|results?|leads?|does|do|puts?|places?|leaves|sorts?|rebuilds?)\b",
        "This solution contains 255 moves.",
    ),
    Phrase(
        SpeechAct.DONE,
        r"(?<!until\x20)(?<!till\x20)(?<!once\x20)(?<!when\x20)(?<!if\x20)(?:solved|done|finished|complet(?:e|ed|es|ion)|succe(?:ss|ssful|ssfully|eds?)|that's (?:it|all)|that is (?:it|all)|there you (?:have it|go)|voil[aà]|tada|q\.?e\.?d|"
        r"(?:reach\w{0,3}|arrived?|at|is|are|on) (?:\w+ ){0,2}?(?:goal|target|destination)|(?:goal|target|destination) (?:\w+ )?(?:is|was|has been|reached)|(?:transferred|moved|rebuilt|relocated|carried|brought) (?:\w+ ){0,2}?(?:completely|entirely|successfully|across|over)|traded places|swapped (?:places|sides)|as (?:required|asked|requested|desired|wanted)|mission accomplished|game over|ta-da)\b",
        "The puzzle is now solved.",
    ),
    Phrase(
        SpeechAct.DONE,
        r"(?:" + _ALL + r"|(?:now|so|thus|then) the (?:tower|stack)|alle|todos|tous) (?:[\w,]+ ){0,4}?(?:(?:is|are|has|have) (?:now |been |all )?|(?:now |finally |safely |successfully )?(?:stands?|sits?|rests?|remains?|lies?|lie|liegen|stehen|arrived?) )(?:\w+ )?",
        "All six disks are now on peg 2.",
    ),
    Phrase(
        SpeechAct.DONE,
        r"(?:final|end|ending|resulting|last) (?:\w+ )?(?:state|configuration|position|arrangement|total|result|answer|value|word|number)\b|so the (?:last|final)\b",
        "Final state: peg 2: 3, 2, 1",
    ),
    Phrase(
        SpeechAct.DONE,
        r"(?:no|not a|not one|none|nothing|without)\b(?: [\w,]+){0,3} (?:skipped|omitted|missing|missed|left out|left off|abbreviat\w{1,4}|abridg\w{1,4}|shorten\w{1,3}|"
        r"omissions?|gaps?|ellips[ie]s)\b|(?:no|nothing) (?:further|more|other|else|additional)(?: " + UNIT + r")? (?:is|are|was|were|has|have)\b|"
        r"(?:not|never|haven't|didn't|hasn't) (?:\w+ )?(?:skipped?|omit|omitted|abbreviated?|shortened?|truncated?|abridged?|cut|left out|leave out) (?:\w+ ){0,2}?(?:anything|any|a|one)\b",
        "No step has been skipped or abbreviated.",
    ),
    Phrase(SpeechAct.DONE, r"(?:in full|from (?:start|beginning|first) to (?:end|finish|last)|(?:everything|everyone|everybody|we) (?:is|are|has|have|ended|ends) (?:\w+ ){0,2}?(?:up|across|over|done|there|where|in place|finished))\b", "Here it is, in full."),
    Phrase(SpeechAct.DONE, r"(?:is|was|that's) the (?:last|final) (?:one|move|step|batch|part|chunk|block|section|portion)\b", "That was the last batch."),
    Phrase(SpeechAct.DONE, r"here (?:it is|they are|you (?:go|are)|we (?:go|are))\b|(?:these|the following) (?:\w+ )?(?:come|follow) next\b|as follows\b", "Here they are, in order."),
    # --- it was checked, or is explained
    Phrase(
        SpeechAct.CLOSING,
        r"(?:verif\w{1,9}|valid\w{0,6}|legal\w{0,3}|correct\w{0,4}|checked|double-check\w{0,3}|confirm\w{0,4}|rules?|constraints?|never|at no (?:point|time)|no (?:\w+ )?(?:larger|bigger|illegal|"
        r"violation\w?|mistakes?|errors?)|differs?|consistent|replay\w{0,3}|simulat\w{1,5}|proof|proven|prove[ds]?|induction)\b",
        "This sequence respects every rule.",
    ),
    Phrase(
        SpeechAct.CLOSING,
        r"(?:minim\w{2,5}|optim\w{2,6}|fewest|least|shortest|in total|total|altogether|overall|complexity|number of (?:moves|steps|lines|trips|crossings|disk moves)|it (?:took|takes|took us)|t\(n\)|o\()\b",
        "It took 127 moves, which is the minimum.",
    ),
    Phrase(
        SpeechAct.CLOSING,
        r"(?:dis[kc]s? (?:ids?|numbers?|#)|format|notation|represent\w{0,5}|denot\w{1,4}|means?|stands? for|indicates?|each (?:\w+ )?(?:line|row|entry|move|step|triple|sublist|item|number|word|pair)|"
        r"how to read|break it down|in short|recap|legend|expla\w{2,8}|reasoning|note|notes|summary|numbered|indexed|0-based|1-based|serves? as|where (?:the )?\w+ is|for example|e\.g|key (?:idea|insight|point)\w?|used the|based on|works? (?:by|because|since|as|for)|"
        r"you can (?:paste|use|copy|check|verify|try|run|test|feed)|(?:was|is|were) (?:\w+ )?(?:fun|easy|simple|nice)|easy|is (?:this|that) what|(?:peg|rod|bank) \w{1,5} (?:is|was)|(?:moves?|turn|list|sequence) (?:starts|begins) with|not a single|as you can see|recurs\w{2,6}|strategy|algorithm|principle|idea is)\b",
        "Each line shows the disk, the source peg and the target peg.",
    ),
    # --- courtesies
    Phrase(
        SpeechAct.CLOSING,
        r"(?:hope (?:this|that|it|you)|questions?|unclear|clarif\w{2,8}|anything else|enjoy\w{0,3}|good luck|thanks?|thank you|glad|cheers|have fun|feel free|let me know|welcome|pleasure|great puzzle|fun puzzle|"
        r"(?:an?|the|another|a different|some other|in) (?:\w+ )?(?:animation|explanation|visuali\w{2,6}|diagram|proof|format|file|gif|picture|simulation|csv|json|table)|how i did|try (?:it|with)|as well|the same for|(?:four|five|\d) (?:pegs|rods)|extends? to|sorry (?:for|about|that|if) (?:the|it|this)|a larger|a smaller|(?:for|with|of|solve|try) (?:\w+ ){0,2}?(?:more|fewer|larger|smaller|bigger|other|\d{1,3}) (?:dis[kc]s|pegs|towers|sizes|puzzles|numbers)|different (?:number|format|size))\b",
        "Hope this helps!",
    ),
    Phrase(
        SpeechAct.DONE,
        r"(?:fertig|gelöst|geschafft|erledigt|vollständig|fini|terminé\w?|résolu\w?|voilà|listo|resuelto|completad[oa]|hecho|solución completa|risolto|fatto|completat[oa]|resolvido|concluíd[oa]|"
        r"pronto|готово|решен[оаы]?|opgelost|klaar|löst|klart)\b",
        "Fertig, das Rätsel ist gelöst.",
    ),
    Phrase(SpeechAct.DONE, r"完成|解决|完了|解けました|완료|해결", "完成。", sign=True),
)  # fmt: skip
