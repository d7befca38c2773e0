"""English words behind the rules. A rule's patterns stand under its name; every group of a rule must be found.

Texts arrive cleaned, in lower case, with straight apostrophes. Another language is another package like this.
"""

from triage.classifier.english import matters, scope, security, timing, trouble
from triage.classifier.wording import Wording

ENGLISH = Wording(
    negators=frozenset(
        """
        not no nobody none nothing never without hardly neither nor isn't isnt wasn't wasnt aren't arent
        weren't doesn't doesnt don't dont didn't didnt haven't havent hasn't hasnt won't wont wouldn't
        """.split()  # noqa: SIM905 (easier to read than as many quotes)
    ),
    breaks=r"[.;!?,:\n()]|\s[-–—]{1,3}\s|\b(?:but|and|because|so|however|yet|though|although|only|just)\b",
    patterns={**trouble.PATTERNS, **security.PATTERNS, **timing.PATTERNS, **matters.PATTERNS},
    reassurance=timing.REASSURANCE,
    everyone=scope.EVERYONE,
    team=scope.TEAM,
    people=scope.PEOPLE,
    sites=scope.SITES,
    bracketed=scope.BRACKETED,
)
