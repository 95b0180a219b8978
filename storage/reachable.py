"""Which chats something can be sent to: the one rule, as SQL about a row of `chat`."""

ANYTHING = "chat.state = 'active'"
"""Neither gone nor barred."""
HEADLINES = f"{ANYTHING} AND NOT chat.paused"
NOTICE = f"{ANYTHING} AND (notice.kind <> 'headline' OR NOT chat.paused)"
"""This row of `notice`: alerts, and edits of what is there, come to a paused chat too."""
