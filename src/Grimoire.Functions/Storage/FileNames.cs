using System.Globalization;
using System.Text;

namespace Grimoire.Functions.Storage;

/// <summary>
/// Where in the folder an object is. Each part of its name is written in letters that every file system keeps apart and none gives a meaning to,
/// so that no name leads anywhere else; and each can be read back, for listing.
/// </summary>
sealed class FileNames(string root)
{
    /// <summary>Of 255 that file systems allow. What is longer goes on in a folder below.</summary>
    const int MaxPartLength = 200;

    /// <summary>Marks a file whose name looks like a folder's and the other way round; begins the folder of a part that goes on.</summary>
    const char Mark = '~';

    static readonly string[] Devices = ["con", "prn", "aux", "nul"];

    public string Root { get; } = root;

    public string PathOf(string name)
    {
        StoreArguments.Name(name);
        var segments = name.Split('/');
        var path = Root;
        for (var i = 0; i < segments.Length; i++)
        {
            path = Path.Combine(path, SegmentPath(segments[i], isFolder: i < segments.Length - 1));
        }

        return path;
    }

    /// <param name="prefix">Ends with a slash, or is empty.</param>
    public string FolderOf(string prefix) =>
        prefix.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Root, (path, segment) => Path.Combine(path, SegmentPath(segment, isFolder: true)));

    /// <summary>What a folder holds, in no order.</summary>
    public static IEnumerable<Entry> EntriesOf(DirectoryInfo folder) => EntriesOf(folder, "");

    static IEnumerable<Entry> EntriesOf(DirectoryInfo folder, string encodedBefore)
    {
        foreach (var item in folder.EnumerateFileSystemInfos())
        {
            var isFolder = item is DirectoryInfo;
            if (isFolder && item.Name[0] == Mark)
            {
                foreach (var entry in EntriesOf((DirectoryInfo)item, encodedBefore + item.Name[1..]))
                {
                    yield return entry;
                }
            }
            else if (Decode(encodedBefore + item.Name.TrimEnd(Mark)) is { } segment && Path.GetFileName(SegmentPath(segment, isFolder)) == item.Name)
            {
                yield return new Entry(segment, isFolder, item.FullName);
            }
        }
    }

    /// <summary>
    /// A file and a folder of one name could not be beside each other. With a dot in it a name is a file's, without one a folder's; the other of the two is marked.
    /// </summary>
    static string SegmentPath(string segment, bool isFolder)
    {
        var encoded = Encode(segment);
        var path = "";
        while (encoded.Length > MaxPartLength)
        {
            path = Path.Combine(path, Mark + encoded[..MaxPartLength]);
            encoded = encoded[MaxPartLength..];
        }

        return Path.Combine(path, segment.Contains('.', StringComparison.Ordinal) == isFolder ? encoded + Mark : encoded);
    }

    /// <summary>Lower-case letters, digits, - _ . as they are; a capital as + and the letter, for file systems that do not tell them apart; all else as %xx.</summary>
    static string Encode(string segment)
    {
        var encoded = new StringBuilder(segment.Length + 8);
        var bytes = Encoding.UTF8.GetBytes(segment);
        for (var i = 0; i < bytes.Length; i++)
        {
            var c = (char)bytes[i];

            // A dot at the beginning hides a file, and marks what is the store's own.
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' || (c == '.' && i > 0))
            {
                encoded.Append(c);
            }
            else if (char.IsAsciiLetterUpper(c))
            {
                encoded.Append('+').Append(char.ToLowerInvariant(c));
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{(int)c:x2}");
            }
        }

        if (IsDevice(encoded.ToString()))
        {
            var first = $"%{(int)encoded[0]:x2}";
            encoded.Remove(0, 1).Insert(0, first);
        }

        return encoded.ToString();
    }

    /// <summary>Null if no name is written like this: a file that somebody else has put there.</summary>
    static string? Decode(string encoded)
    {
        var bytes = new List<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '+' && i + 1 < encoded.Length)
            {
                bytes.Add((byte)char.ToUpperInvariant(encoded[++i]));
            }
            else if (encoded[i] == '%')
            {
                if (i + 2 >= encoded.Length || !byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                {
                    return null;
                }

                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.Add((byte)encoded[i]);
            }
        }

        var segment = Encoding.UTF8.GetString([.. bytes]);
        return segment.Length > 0 && Encode(segment) == encoded ? segment : null;
    }

    /// <summary>Windows takes these for devices, whatever comes after a dot.</summary>
    static bool IsDevice(string encoded)
    {
        var stem = encoded.Split('.')[0];
        return Devices.Contains(stem)
            || (stem.Length == 4 && char.IsAsciiDigit(stem[3]) && (stem.StartsWith("com", StringComparison.Ordinal) || stem.StartsWith("lpt", StringComparison.Ordinal)));
    }

    public readonly record struct Entry(string Segment, bool IsFolder, string Path);
}
