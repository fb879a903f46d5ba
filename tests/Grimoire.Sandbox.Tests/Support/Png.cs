using System.Buffers.Binary;
using System.IO.Compression;

namespace Grimoire.Sandbox.Tests.Support;

/// <summary>A PNG, read by the letter of its specification; throws if it does not keep to it.</summary>
internal sealed record Png(int Width, int Height, byte[] Rgb)
{
    public int Colours => Rgb.Chunk(3).Select(pixel => (pixel[0] << 16) | (pixel[1] << 8) | pixel[2]).Distinct().Count();

    public static Png Read(byte[] bytes)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], bytes[..8]);
        var chunks = new List<(string Type, byte[] Data)>();
        for (int at = 8; at < bytes.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            byte[] typed = bytes[(at + 4)..(at + 8 + length)];
            Assert.Equal(Crc(typed), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 8 + length)));
            chunks.Add((System.Text.Encoding.ASCII.GetString(typed, 0, 4), typed[4..]));
            at += 12 + length;
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));
        byte[] header = chunks[0].Data;
        Assert.Equal([8, 2, 0, 0, 0], header[8..]);
        int width = BinaryPrimitives.ReadInt32BigEndian(header);
        int height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        return new Png(width, height, Unfilter(chunks[1].Data, width * 3, height));
    }

    static byte[] Unfilter(byte[] data, int length, int height)
    {
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        var lines = new MemoryStream();
        zlib.CopyTo(lines);
        Assert.Equal((length + 1) * height, lines.Length);
        byte[] filtered = lines.ToArray();
        var rgb = new byte[length * height];
        for (int y = 0; y < height; y++)
        {
            Assert.Equal(2, filtered[y * (length + 1)]);
            for (int i = 0; i < length; i++)
            {
                rgb[y * length + i] = (byte)(filtered[y * (length + 1) + 1 + i] + (y == 0 ? 0 : rgb[(y - 1) * length + i]));
            }
        }

        return rgb;
    }

    static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }

        return ~crc;
    }
}
