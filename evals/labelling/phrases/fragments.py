"""Parts of which patterns are made: words that mean the same, in the place where they can stand."""

from tasks.reader.elision import UNIT

WRITING = (
    r"(?:list|writ|display|show|includ|print|output|provid|enumerat|fit|giv|generat|produc|present|reproduc|typ|"
    r"spell|post|past|detail|finish|complet|continu|return|shar|go|do|mak|typing|record|repeat|copy|recit)(?:e|ing|ting|es|s)?\b"
)
LIMIT = r"(?:limit\w{0,8}|constraint\w?|restriction\w?|cap|reasons|considerations|size)\b"
CANNOT = (
    r"(?:can't|can ?not|couldn't|could not|won't|will not|wouldn't|would not|(?:un|not )able to|not going to|"
    r"don't|do not|doesn't|does not|am not|refuse to|decline to|rather not|not possible to|must stop|have to stop|"
    r"need to stop|had to stop|to stop here)"
)
LONG = r"(?:long|lengthy|large|many|big|verbose|extensive|numerous|tedious|much)"
WISH = (
    r"(?:let me know|would you like|do you want|(?:if )?you(?: would|'d)? (?:like|want|need|wish|require|prefer)|"
    r"shall i|should i|may i|just (?:ask|say)|feel free|(?:up)?on request|happy to|glad to|please (?:confirm|"
    r"specify|indicate|let|ask|tell)|i (?:can|could|will|'ll) (?:also |then )?(?:provide|continue|generate|send|list|output))\b"
)
REST = (
    r"(?:continu\w{1,5}|proceed|go on|carry on|keep going|resume\b|rest\b|remain\w{1,5}|(?:full|entire|complete|whole) (?!(?:\w+ )?(?:peg|board|disk|code|program|"
    r"script|explanation)\b)(?:\w+ ){0,2}?"
    + UNIT
    + r"|next (?:\w+ ){0,2}?(?:moves|steps|segment|part|portion|batch|chunk|set|lines|numbers|rows|\d)|"
    r"all (?:\w+ |[\d,]+ ){0,3}?(?:moves|steps|numbers|rows|lines)|more (?:moves|steps|rows|numbers|lines)|"
    r"specific (?:\w+ ){0,2}?(?:segment|range|part|portion|section|moves)|in (?:\w+ ){0,2}?(?:parts|chunks|batches|segments|"
    r"blocks|pieces|portions|sections|messages|pages|instal{1,2}ments|groups of)\b)"
)
ALIKE = r"(?:same|identical|analog\w{1,6}|similar\w{0,2}|mirror\w{0,5}|symmetric\w{0,4}|equivalent\w{0,2}|repeat\w{0,3}|likewise)\b"
PROGRAM = r"(?:code|script|program|function|algorithm|pseudocode|procedure|method|formula|recursion)"
NOT_HERE = r"(?! (?:\w+ )?(?:here|by me|(?:in|within|with|as) (?:a|an|one|this|the|my) (?:\w+ )?(?:reply|message|response|answer|chat|conversation|text|output|window|post|format|space|limit\w{0,4}))\b)"
"""Not followed by what only an answer, and no puzzle, has."""
NOT_STEPS = (
    r"(?![^.\n]{0,60}\b(?:comment\w{0,3}|annotat\w{2,4}|expla\w{2,8}|states|drawings?|diagrams?|reasoning|numbering|"
    r"captions?)\b)"
)
"""Not followed by something else that an answer may leave out."""
