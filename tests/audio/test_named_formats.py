"""What is refused is named: people then know what to change."""

from __future__ import annotations

import pytest

from core.audio.decoding import decode
from core.errors import UndecodableAudio
from tests.audio_files import encode, encode_as, noise


@pytest.mark.parametrize(("data", "name"), [
    (b"%PDF-1.7\n" + bytes(99), "a PDF"), (b"PK\x03\x04" + bytes(99), "a zip archive"),
    (b"<!DOCTYPE html>\n<html>", "a web page"), (b"\x00\x05\x16\x07" + bytes(99), "side file that a Mac"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(99), "Windows Media"), (bytes(5000), "nothing but zeros"),
    (b"RIFF\x24\0\0\0AVI LIST" + bytes(99), "a video"), (b"\0\0\0\x18ftypheic" + bytes(99), "a HEIC or AVIF picture"),
    (b"wvpk" + bytes(99), "WavPack"), (b'{"a": 1}', "JSON"), (b"version https://git-lfs.github.com", "Git LFS"),
    ("filename,word\nÉté.wav,été\n".encode(), "text"),
])  # fmt: skip
def test_a_file_of_another_kind_is_named(data: bytes, name: str) -> None:
    with pytest.raises(UndecodableAudio, match=f"this is .*{name}.*, no audio that can be read here; expected WAV"):
        decode(data)


def test_a_video_without_sound_is_named() -> None:
    import io

    import av
    import numpy as np

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        output.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        output.mux(stream.encode(None))
    with pytest.raises(UndecodableAudio, match="this is a video without sound"):
        decode(file.getvalue())


def test_a_codec_that_is_not_read_is_named_with_its_container() -> None:
    tta = encode_as(noise(0.3), "matroska tta")
    with pytest.raises(UndecodableAudio, match=r"this is TTA \(True Audio\) in WebM, which cannot be read here"):
        decode(tta)


@pytest.mark.parametrize("codec", ["aac", "libopus"])
def test_eight_planar_channels_are_refused_in_words(codec: str) -> None:
    with pytest.raises(UndecodableAudio, match="8 channels; at most 7"):
        decode(encode(noise(0.5, rate=48_000), 48_000, "m4a" if codec == "aac" else "opus", channels=8))
