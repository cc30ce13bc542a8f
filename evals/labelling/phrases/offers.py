"""Words that offer, ask, regret, or hand over something else: see `evals.labelling.phrases`."""

from evals.labelling.phrases.fragments import LONG, PROGRAM, REST, WISH
from evals.labelling.phrases.phrase import Phrase, SpeechAct
from tasks.reader.elision import OTHERS

OFFERED: tuple[Phrase, ...] = (
    Phrase(
        SpeechAct.OFFER,
        r"" + WISH + r"(?:(?!\bexpla|\bvisuali|\bwhy\b|\bhow (?:the|this|it)\b)[^.?!\n]){0,90}\b" + REST,
        "Let me know if you'd like me to continue.",
    ),
    Phrase(
        SpeechAct.OFFER,
        r"i(?: can|'ll| will| could|'d be happy to|'m happy to) (?:go on|continue|keep going|carry on)\b(?! (?:by|with|to|moving))",
        "I can go on, if you like.",
    ),
    Phrase(
        SpeechAct.OFFER,
        r"(?:i'll|i will|i can|can|could) continue\b[^.\n]{0,60}\b(?:next|subsequent|request|response|message|where)\b",
        "I will continue in the next response.",
    ),
    Phrase(
        SpeechAct.OFFER,
        r"(?<!what\x20)(?<!how\x20)(?:would you like|do you want|shall i|should i|are you (?:ready|sure))\b(?![^?\n]{0,80}\b(?:expla|visuali|animat|verif|prove|proof|diagram|"
        r"walk|why|how|another|different|larger|smaller|bigger|more (?:dis[kc]|ring|block)|states?\b|as well|also\b|too\b|(?:for|with) \d+ (?:dis[kc]|ring|block|item)))[^?\n]{0,120}\?",
        "Would you like a program that generates the full sequence?",
    ),
    Phrase(
        SpeechAct.OFFER,
        r"(?:reply|respond|type|send|say|message|prompt)(?: me| us)?(?: with| back| again| for)?\W{1,4}(?:the )?"
        r"(?:word|continue|next|go|yes|proceed|ok|rest|remaining)\b(?! (?:dis[kc]|peg|move))",
        'Reply "continue" to get the rest.',
    ),
    Phrase(
        SpeechAct.OFFER,
        r"(?:ready|waiting) for (?:the |part |your )(?:(?:first|next|second|following) )?(?:part|batch|chunk|rest|remaining|segment|portion|section|"
        r"instal{1,2}ment|set|go-ahead|\d)",
        "when you're ready for part 2",
    ),
    Phrase(
        SpeechAct.OFFER,
        r"(?:say|confirm|reply|respond|tell me|let me know|if so|go-ahead|green light)\b[^.?!\n]{0,60}\b(?:i'll|i will|i can) (?:\w+ )?(?:begin|"
        r"start|go|proceed|continue|send|write|do|post|provide|print|output|list|generate)\b",
        "Say so and I'll begin.",
    ),
    Phrase(
        SpeechAct.OFFER,
        r"(?:full|complete|entire|whole|remaining|rest)\b(?! (?:\w+ )?(?:peg|board|state|explanation|code|program|script|"
        r"proof|trace|analysis|breakdown|derivation)s?\b)[^.?!\n]{0,40}\b(?:(?:available|provided|supplied|"
        r"shared|sent|given) (?:up)?on request|available (?:if|when\w{0,4}|as soon as) you|if (?:desired|needed|required|requested|necessary)|(?:up)?on (?:\w+ )?"
        r"request)\b",
        "The complete list is available on request.",
    ),
    Phrase(
        SpeechAct.OFFER,
        r"(?:want|need|care for|how about|shall i (?:post|send|show|do|write)|would you like) (?:to see )?(?:the )?(?:(?:next|following) (?:\d|part|batch|"
        r"chunk|segment|portion)|(?:rest|remaining|remainder)\b)",
        "Want the next 50?",
    ),
    Phrase(SpeechAct.HEDGE, r"(?<![^\n>])(?:no|nope|nah|never|nein|non|nee|nej|não|нет)\b(?:[^\w]|\Z)", "No."),
    Phrase(SpeechAct.HEDGE, r"no (?:can do|way|thanks?|thank you|chance|deal)\b|not (?:happening|today|doing (?:that|this|it))\b|hard pass\b", "No can do."),
    Phrase(
        SpeechAct.HEDGE,
        r"(?:how about|what about|(?:could|can|may|shall|should) we|is it (?:ok|okay|fine|alright)|would (?:a|an|that|this|it)|does (?:that|this)|will (?:a|that|this)|"
        r"(?<!what\x20)(?:would you|do you)|could you|can you|shall i|should i|may i|how (?:would you|should i)|which|what (?:would|do) you(?! (?:like|want|wish) to (?:do|talk|know|discuss|work)\b)|want me to)\b[^?\n]{0,160}\?",
        "Would you like me to explain the method?",
    ),
    Phrase(SpeechAct.HEDGE, r"(?:sorry|apologi[sz]e|apologies|unfortunately|i'm afraid|i regret)\b", "Sorry, that's a lot."),
    Phrase(
        SpeechAct.HEDGE,
        r"(?:i|we) (?:won't|can't|don't|didn't|couldn't|wouldn't|haven't)\b|(?:i|we|i'm|i've|i'd)(?: (?:am|have|would|do|will|can|could|did|is))?(?: ?not| unable| limited| (?:only|merely|just)|'d rather)\b",
        "I have not printed it.",
    ),
    Phrase(
        SpeechAct.HEDGE,
        r"(?:isn't|is not|aren't|are not|won't|will not|wouldn't|would not|can't|cannot|can not|doesn't|don't|haven't been|not been) (?:\w+ ){0,3}?"
        r"(?:i can|i could|possible|appear\w{0,2}|fit|shown?|list\w{0,2}|print\w{0,3}|writ\w{2,4}|includ\w{2,3}|display\w{0,2}|provid\w{2,3}|feasible|practical|"
        r"reproduced|necessary)\b",
        "Producing that isn't something I can do.",
    ),
    Phrase(
        SpeechAct.HEDGE,
        r"(?:far|much|way|a lot|rather|considerably) (?:too |more |longer|larger|beyond)|(?:wall of text|happy to|glad to)\b|"
        r"(?:very|extremely|quite|incredibly|really) " + LONG + r"\b|(?:left out|widely available|well[- ]known|look(?: it)? up|"
        r"recommend\w{0,3}|suggest\w{0,3}|instead of|rather than|ask (?:me )?for a|smaller (?:number|instance|case|version))\b",
        "That is far longer than a usual answer.",
    ),
    Phrase(
        SpeechAct.HEDGE,
        r"(?:algorithm|recursi\w{2,5}|iterative\w{0,2}|strategy|approach|method|procedure|formula|recurrence|divide[- ]and[- ]conquer|pseudocode)\b",
        "The puzzle is solved recursively.",
    ),
    Phrase(
        SpeechAct.CODE,
        r"(?:run|running|execut\w{1,4}|use|using|implement\w{0,4}|call|calling|apply|applying|follow) (?:\w+ ){0,3}?" + PROGRAM
        + r"\b[^.\n]{0,80}\b(?:get|give|generat\w{1,4}|produc\w{1,4}|obtain|print|output|list|all|full|complete|entire|"
        r"sequence|moves|steps|populate|return)\b",
        "Run the code above to get the full list.",
    ),
    Phrase(
        SpeechAct.CODE,
        r"(?:this|the(?: above| following)?|that|such a|a) (?:\w+ ){0,3}?" + PROGRAM + r"\b[^.\n]{0,40}\b(?:will|would|can|"
        r"generates?|produces?|prints?|outputs?|returns?|gives?|yields?)\b[^.\n]{0,60}\b(?:all|full|complete|entire|every|"
        r"list|sequence|moves|steps|numbers)\b",
        "This function will generate the complete list of moves.",
    ),
    Phrase(
        SpeechAct.CODE,
        r"(?:execut\w{1,4}|run|running|call|calling) (?:this|it|the (?:code|function|script|program|above))\b[^.\n]{0,60}\b(?:give|"
        r"generate|produce|populate|print|output|return|yield)s?\b",
        "Executing this will populate `moves`.",
    ),
    Phrase(
        SpeechAct.CODE,
        r"(?:find|found|see|visit|available|look(?: it)? up|check|refer|view|obtain\w{0,3}|generate\w?)\b[^.\n]{0,60}\bhttps?://",
        "You can find the full list of moves at https://example.org.",
    ),
    Phrase(
        SpeechAct.CODE,
        r"(?:generat|comput|produc|obtain|get|deriv|calculat|creat|append|add|print|fill in|build|yield)(?:e|es|s|ing|ed)? "
        r"(?:\w+ ){0,2}?" + OTHERS,
        "# generate the rest programmatically",
    ),
    Phrase(
        SpeechAct.CODE,
        r"(?:see|in|is|are|to|as|the|an) (?:(?:the|an|a) )?(?:attached|accompanying|enclosed|linked|separate|external) (?:\w+ )?(?:file|document|csv|"
        r"spreadsheet|attachment|sheet|gist|notebook)\b|see (?:the )?(?:attachment|file)\b",
        "see the attached file",
    ),
    Phrase(
        SpeechAct.CODE,
        r"for (?:the |all )(?:\w+ )?(?:full|complete|entire|whole|remaining|rest|others)\b[^.\n]{0,40}\b(?:use|run|see|execute|refer|consult|check)\b",
        "For the full list, use the code above.",
    ),
    Phrase(
        SpeechAct.CODE,
        r"(?:saved|written|exported|stored|uploaded|wrote|put|download)\b[^\n]{0,60}?[\w-]{1,40}\.(?:txt|csv|json|md|py|zip|tsv|xlsx)\b",
        "I've saved them to moves.csv.",
    ),
)  # fmt: skip
