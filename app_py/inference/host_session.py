"""The real onnxruntime's session, with what the browser's adds, so that one program runs on both."""

import asyncio
import os
from typing import Any, Self

import onnxruntime


class InferenceSession(onnxruntime.InferenceSession):  # type: ignore[misc] # onnxruntime has no types
    """onnxruntime's `InferenceSession`; everything of it works as always."""

    @classmethod
    async def create(cls, path_or_bytes: "str | os.PathLike[str] | bytes", providers: Any = None) -> Self:
        """Open a model without blocking the event loop."""
        return await asyncio.to_thread(cls, path_or_bytes, providers=providers)

    def run_async(self, output_names: Any, input_feed: Any, *callback: Any, **options: Any) -> Any:
        """Awaitable, as in the browser; with a callback, onnxruntime's own."""
        if callback or options:
            return super().run_async(output_names, input_feed, *callback, **options)
        return asyncio.to_thread(self.run, output_names, input_feed)

    async def close(self) -> None:
        """Nothing to do: onnxruntime frees the model with the session."""
