"""Pictures of the sites the stand-in may fetch from: the page itself loads nothing from elsewhere."""

import aiohttp

from bot.demo.telegram.params import Upload

MAX_PICTURE, TIMEOUT = 5 * 1024 * 1024, 10.0


class Sites:
    """Registered sites, by the beginning of their URLs, and the session that fetches from them."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._session: aiohttp.ClientSession | None = None

    def register(self, url: str) -> None:
        """Pictures below this URL are shown."""
        self._known.add(url.rstrip("/") + "/")

    async def picture(self, url: str) -> Upload | None:
        """The picture at a registered site's URL; None when it is none, too large or somewhere else."""
        if not any(url.startswith(known) for known in self._known):
            return None
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT)
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        try:
            async with self._session.get(url, allow_redirects=False) as answer:
                if answer.status != 200 or not answer.content_type.startswith("image/"):
                    return None
                content = await answer.content.read(MAX_PICTURE + 1)
                while len(content) <= MAX_PICTURE and (more := await answer.content.read(MAX_PICTURE)):
                    content += more
        except (aiohttp.ClientError, TimeoutError):
            return None
        return Upload(url, answer.content_type, content) if len(content) <= MAX_PICTURE else None

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
