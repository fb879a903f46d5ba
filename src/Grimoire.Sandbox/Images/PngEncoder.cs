using System.Buffers.Binary;
using System.IO.Compression;

namespace Grimoire.Sandbox.Images;

/// <summary>Writes pixels as a PNG of 8 bits per colour.</summary>
static class PngEncoder
{
    static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(n => CrcOf((uint)n))];

    /// <param name="rgb">Three bytes for each pixel, row by row from the top.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public static byte[] Encode(ReadOnlySpan<byte> rgb, int width, int height)
    {
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits
        header[9] = 2; // red, green, blue
        header[10..].Clear(); // the only compression and filtering that there are, no interlacing

        using var png = new MemoryStream();
        png.Write(Signature);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, Compress(rgb, width, height));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>Each row as the difference from the one above it (filter 2), which smooth pictures compress well by.</summary>
    static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> rgb, int width, int height)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            int length = width * 3;
            var line = new byte[length + 1];
            line[0] = 2;
            for (int y = 0; y < height; y++)
            {
                ReadOnlySpan<byte> row = rgb.Slice(y * length, length);
                for (int i = 0; i < length; i++)
                {
                    line[i + 1] = (byte)(row[i] - (y == 0 ? 0 : rgb[(y - 1) * length + i]));
                }

                zlib.Write(line);
            }
        }

        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }

    static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(number);
    }

    static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        return crc;
    }

    static uint CrcOf(uint n)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            n = (n & 1) == 1 ? 0xEDB88320 ^ (n >> 1) : n >> 1;
        }

        return n;
    }
}
