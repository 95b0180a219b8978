"""Which of the updates that wait may begin: one of each chat at a time, in order."""

from collections import deque


class Backlog:
    """Ids of updates that wait or are in hand. A lane (a chat) has one in hand at most, so that many of one chat never
    take the place of another's."""

    def __init__(self) -> None:
        self._lane_of: dict[int, int] = {}
        self._lanes: dict[int, deque[int]] = {}
        self._free: deque[int] = deque()  # lanes where something waits and nothing is in hand

    def add(self, update_id: int, lane: int) -> None:
        """It waits behind those of its lane; one that is known already stays where it is."""
        if update_id in self._lane_of:
            return
        self._lane_of[update_id] = lane
        if lane in self._lanes:
            self._lanes[lane].append(update_id)
        else:
            self._lanes[lane] = deque([update_id])
            self._free.append(lane)

    def begin(self) -> int | None:
        """Takes the next one in hand, of the lane that has waited longest; None when no lane is free."""
        return self._lanes[self._free.popleft()].popleft() if self._free else None

    def done(self, update_id: int) -> None:
        """No longer in hand: its lane is free again, behind those that wait."""
        lane = self._lane_of.pop(update_id)
        if self._lanes[lane]:
            self._free.append(lane)
        else:
            del self._lanes[lane]
