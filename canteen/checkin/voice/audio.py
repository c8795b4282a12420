"""Which bytes are a recording, told by how they begin: a name or a header may say anything."""

from canteen.core.errors import Refusal

MOST_BYTES = 400_000
"""Five seconds of uncompressed speech; a compressed recording has a tenth of it."""
LEAST_BYTES = 64

WAV, WEBM, OGG, MP4, MP3 = "audio/wav", "audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg"


def checked_audio(sound: bytes) -> str:
    """The media type of a recording. Raises Refusal `clip-empty`, `clip-large`, `clip-kind`."""
    if len(sound) < LEAST_BYTES:
        raise Refusal("clip-empty", "没有录到声音，请重新录一次，或选一个录音文件。")
    if len(sound) > MOST_BYTES:
        raise Refusal("clip-large", f"录音太大，最多 {MOST_BYTES // 1000} KB。请只录这一句，三秒以内。", most=MOST_BYTES // 1000)
    found = _kind(sound[:16])
    if found is None:
        raise Refusal("clip-kind", "这不是录音文件。可以用 WAV、MP3、M4A、OGG 或 WebM。")
    return found


def _kind(head: bytes) -> str | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM
    if head.startswith(b"OggS"):
        return OGG
    if head[4:8] == b"ftyp":
        return MP4
    # An MP3 begins with its tags or with a frame: eleven set bits, then a layer that exists.
    is_frame = head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 != 0
    return MP3 if head.startswith(b"ID3") or is_frame else None
