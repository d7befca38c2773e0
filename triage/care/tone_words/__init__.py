"""The words behind the reading of tone: what is said at somebody, what only sounds like it, and what is felt.

Patterns meet one sentence in lower case, with plain apostrophes, masked letters put back, and the department called
“itdesk” where it was written in capitals. A find weighs between 0 and 1; finds add up as doubts that shrink.
"""
