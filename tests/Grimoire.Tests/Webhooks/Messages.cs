using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Grimoire.Webhooks;

namespace Grimoire.Tests.Webhooks;

/// <summary>Requests as the tests of signatures make them.</summary>
static class Messages
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    /// <summary>A change of one character or byte, wherever in the message it falls.</summary>
    public static Gen<(int At, byte To)> Change { get; } =
        from at in Gen.Choose(0, int.MaxValue - 1) from to in Gen.Choose('!', '~') select (at, (byte)to);

    public static Gen<byte[]> Body { get; } = ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => bytes ?? []);

    public static Config Settings(int tests) => Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Looked up as HTTP does: whatever the case, and with a comma between values of the same name.</summary>
    public static HeaderLookup Lookup(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var all = headers.ToLookup(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
        return name => all.Contains(name) ? string.Join(", ", all[name]) : null;
    }

    public static HeaderLookup Lookup(params (string Name, string Value)[] headers) =>
        Lookup(headers.Select(header => KeyValuePair.Create(header.Name, header.Value)));

    /// <summary>Null if the change leaves the text as it was.</summary>
    public static string? Changed(string text, (int At, byte To) change)
    {
        var at = change.At % text.Length;
        return text[at] == change.To ? null : text[..at] + (char)change.To + text[(at + 1)..];
    }

    public static byte[]? Changed(byte[] bytes, (int At, byte To) change)
    {
        if (bytes.Length == 0)
        {
            return null;
        }

        var copy = (byte[])bytes.Clone();
        copy[change.At % bytes.Length] = change.To;
        return copy.AsSpan().SequenceEqual(bytes) ? null : copy;
    }
}
