using System.Globalization;
using System.Text;

namespace Grimoire.Functions.Storage;

/// <summary>What every store takes and what none takes, so that what works on files works on blobs, and the other way round.</summary>
static class StoreArguments
{
    /// <summary>The first character of names that are the stores' own: they are not listed.</summary>
    public const char Reserved = '~';

    /// <summary>The limit of Blob storage for a name.</summary>
    public const int MaxNameLength = 1024;

    /// <summary>The limit of Blob storage for one addition to a log.</summary>
    public const int MaxAppendBytes = 4 * 1024 * 1024;

    /// <summary>Half of what Blob storage allows: the rest is for encoding and for what the store adds.</summary>
    const int MaxMetadataLength = 4096;

    public static void Name(string name)
    {
        if (Objection(name) is { } objection)
        {
            throw new ArgumentException($"'{Shown(name)}' is no name for the storage: {objection}.", nameof(name));
        }
    }

    /// <summary>A prefix may end anywhere in a name, so only what could lead out of the store is refused.</summary>
    public static void Prefix(string prefix)
    {
        // A dot at its end is one within a name, unless there is nothing else to that part of it.
        var last = prefix[(prefix.LastIndexOf('/') + 1)..];
        var complete = last is "." or ".." ? prefix + "/x" : prefix + "x";
        if (prefix.Length > 0 && Objection(complete) is { } objection)
        {
            throw new ArgumentException($"'{Shown(prefix)}' begins no name of the storage: {objection}.", nameof(prefix));
        }
    }

    public static void Lines(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || content[^1] != (byte)'\n')
        {
            throw new ArgumentException("What is added to a log is whole lines: the last one has to end with a line feed.", nameof(content));
        }

        if (content.Length > MaxAppendBytes)
        {
            throw new ArgumentException($"These are {content.Length} bytes; at most {MaxAppendBytes} can be added to a log at once.", nameof(content));
        }
    }

    public static void Description(string contentType, IReadOnlyDictionary<string, string> metadata)
    {
        if (contentType.Length is 0 or > 255 || contentType.Any(c => c is < ' ' or > '~'))
        {
            throw new ArgumentException($"'{Shown(contentType)}' is no content type: 1 to 255 printable ASCII characters, as in text/plain.", nameof(contentType));
        }

        var length = 0;
        foreach (var (key, value) in metadata)
        {
            if (key.Length is 0 or > 64 || !char.IsAsciiLetter(key[0]) || key.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
            {
                throw new ArgumentException($"'{Shown(key)}' is no key of metadata: a letter, then letters, digits and underscores.", nameof(metadata));
            }

            if (key.Equals(Sha256Key, StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"The key {Sha256Key} of the metadata is the storage's own.", nameof(metadata));
            }

            length += key.Length + Uri.EscapeDataString(value).Length;
        }

        if (length > MaxMetadataLength)
        {
            throw new ArgumentException($"The metadata has {length} characters; at most {MaxMetadataLength} can be stored.", nameof(metadata));
        }
    }

    public static void Range(long offset, long? length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
    }

    /// <summary>Where blobs keep the hash of a stream.</summary>
    public const string Sha256Key = "sha256";

    static string? Objection(string name)
    {
        if (name.Length == 0)
        {
            return "it is empty";
        }

        if (name.Length > MaxNameLength)
        {
            return $"it has {name.Length} characters, of at most {MaxNameLength}";
        }

        if (name[0] == Reserved)
        {
            return $"names that begin with '{Reserved}' are the storage's own";
        }

        if (name.Any(c => c == '\\' || char.IsControl(c)))
        {
            return "backslashes and control characters are not allowed";
        }

        // Blob storage would take U+FFFE and U+FFFF, but XML, in which it lists names, has no way to write them.
        if (!IsWellFormed(name) || name.Any(c => c is '\uFFFE' or '\uFFFF'))
        {
            return "it is not well-formed Unicode";
        }

        foreach (var segment in name.Split('/'))
        {
            if (segment.Length == 0)
            {
                return "it has an empty part (a slash at its beginning, at its end, or two in a row)";
            }

            // A part that ends with a dot is cut short in URLs and on Windows.
            if (segment[^1] == '.')
            {
                return "no part of it may end with a dot";
            }
        }

        return PartOfLog(name) is not null ? $"an end like '{Reserved}2' marks the storage's own" : null;
    }

    /// <summary>The number in the name of a log's second or later blob, which is not listed.</summary>
    public static int? PartOfLog(string name)
    {
        var mark = name.LastIndexOf(Reserved);
        return mark > 0 && int.TryParse(name.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var part) ? part : null;
    }

    /// <summary>Half a surrogate pair does not survive the way to UTF-8 and back.</summary>
    static bool IsWellFormed(string text) => text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>Short and printable, for a message.</summary>
    static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 100)))
        {
            shown.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return text.Length > 100 ? shown.Append('…').ToString() : shown.ToString();
    }
}
