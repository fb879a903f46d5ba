using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.DurableHttp;

/// <summary>The query of a request. A value that cannot be understood is an error and not, as on the official host, left out: a purge
/// with a misspelt filter must not delete what it was meant to keep.</summary>
internal sealed class DurableQuery(HttpRequest request)
{
    const string ContinuationHeader = "x-ms-continuation-token";

    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>The value; null if the query has none, or an empty one.</summary>
    public string? Text(string name) => request.Query.TryGetValue(name, out var values) && values[^1] is { Length: > 0 } value ? value : null;

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        { } value when bool.TryParse(value, out bool flag) => flag,
        { } value => throw Bad(name, value, "true or false"),
    };

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } value)
        {
            return null;
        }

        // Python's strftime writes years before 1000 without their leading zeros.
        int yearDigits = value.IndexOf('-', StringComparison.Ordinal);
        string padded = yearDigits is > 0 and < 4 && value.AsSpan(0, yearDigits).IndexOfAnyExceptInRange('0', '9') < 0
            ? value.PadLeft(value.Length + 4 - yearDigits, '0')
            : value;
        return DateTimeOffset.TryParse(
            padded, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time
            : throw Bad(name, value, "a time such as 2030-12-31T23:59:59Z (in a URL, a '+' before an offset is written as %2B)");
    }

    /// <summary>A comma-separated list of statuses; null if the query has none.</summary>
    public IReadOnlyList<OrchestrationRuntimeStatus>? Statuses(string name)
    {
        if (!request.Query.TryGetValue(name, out var values))
        {
            return null;
        }

        string[] names = [.. values.SelectMany(
            value => (value ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return names.Length == 0 ? null : [.. names.Select(value => Status(name, value))];
    }

    public int? PageSize(string name) => Text(name) switch
    {
        null => null,
        { } value when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is > 0 and <= 100_000 => size,
        { } value => throw Bad(name, value, "a whole number between 1 and 100000"),
    };

    public TimeSpan? Seconds(string name) => Text(name) switch
    {
        null => null,
        { } value when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0 && seconds <= LongestWait.TotalSeconds => TimeSpan.FromSeconds(seconds),
        { } value => throw Bad(name, value, $"a number of seconds between 0 and {LongestWait.TotalSeconds:0}"),
    };

    /// <summary>Where an earlier list ended; null for a list from the beginning.</summary>
    public string? Continuation => request.Headers[ContinuationHeader].ToString() is { Length: > 0 } token ? token : null;

    public static void SetContinuation(HttpResponse response, string? token)
    {
        if (token is not null)
        {
            response.Headers[ContinuationHeader] = token;
        }
    }

    // Enum.TryParse alone would take numbers and lists too.
    static OrchestrationRuntimeStatus Status(string name, string value) =>
        Enum.GetNames<OrchestrationRuntimeStatus>().FirstOrDefault(known => known.Equals(value, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<OrchestrationRuntimeStatus>(known)
            : throw Bad(name, value, $"a comma-separated list of {string.Join(", ", Enum.GetNames<OrchestrationRuntimeStatus>())}");

    static BadDurableRequestException Bad(string name, string value, string wanted) =>
        new($"The query parameter '{name}' is '{value}', which is not {wanted}.");
}
