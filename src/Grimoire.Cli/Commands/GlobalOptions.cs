using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Xml;

namespace Grimoire.Cli.Commands;

/// <summary>What every command takes.</summary>
static class GlobalOptions
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);
    static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    public static Option<string> Url { get; } = new("--url")
    {
        Description = "The address of the app (GRIMOIRE_URL).", HelpName = "address", Recursive = true,
    };

    public static Option<string> Key { get; } = new("--key")
    {
        Description = "The key. The list of processes shows it: GRIMOIRE_KEY is better.", HelpName = "key", Recursive = true,
    };

    public static Option<string> Account { get; } = new("--account")
    {
        Description = "Whose; for operators (GRIMOIRE_ACCOUNT).", HelpName = "name", Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "The answer as JSON on stdout, and nothing else there.", Recursive = true };

    public static Option<bool> Plain { get; } = new("--plain") { Description = "Lines instead of a live display.", Recursive = true };

    public static Option<TimeSpan?> Timeout { get; } = new("--timeout")
    {
        Description = "How long a request may take, its retries included: 90, 90s, 5m, PT5M [default: 60s].",
        HelpName = "time",
        Recursive = true,
        CustomParser = Duration,
    };

    public static IEnumerable<Option> All => [Url, Key, Account, Json, Plain, Timeout];

    static TimeSpan? Duration(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Parsed(text) is { } span && span > TimeSpan.Zero && span <= LongestTimeout)
        {
            return span;
        }

        result.AddError($"'{text}' is no time for --timeout: seconds are wanted, or something like 90s, 5m or PT5M, up to a day.");
        return default;
    }

    static TimeSpan? Parsed(string text)
    {
        var (number, unit) = text is [.., 's' or 'm' or 'h'] ? (text[..^1], text[^1]) : (text, 's');
        if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count <= LongestTimeout.TotalSeconds)
        {
            return TimeSpan.FromSeconds(count * unit switch { 'h' => 3600, 'm' => 60, _ => 1 });
        }

        try
        {
            return text.StartsWith('P') ? XmlConvert.ToTimeSpan(text) : null;
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            return null;
        }
    }
}
