"""What pages keep in the browser by themselves."""

from seconder.core.cookies import declare_storage

declare_storage(
    "seconder.shortcuts", "service", "Whether you switched the keyboard shortcuts off in this browser"
)
