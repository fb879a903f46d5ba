using System.Globalization;
using System.Text.Json.Serialization;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Faults;

/// <summary>A way in which an answer goes wrong.</summary>
record Fault
{
    public const int MaxMs = 600_000;
    public const long MaxBytes = 4L * 1024 * 1024 * 1024;

    static readonly string[] Kinds = ["hang", "slow", "garbage", "huge", "drop", "reset", "lost", "empty", "redirect"];

    /// <summary>A status from 400 to 599, or hang, slow, garbage, huge, drop, reset, lost, empty, redirect.</summary>
    [JsonConverter(typeof(FaultKindConverter))]
    public string Kind { get; init; } = "";

    /// <summary>For a status: the seconds of its Retry-After header. 429 has 1 if nothing else is said.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The Retry-After header is a date, which HTTP allows as well.</summary>
    public bool RetryAfterAsDate { get; init; }

    /// <summary>For slow: how long it waits.</summary>
    public int Ms { get; init; } = 1000;

    /// <summary>For huge: how long the answer is.</summary>
    public long Bytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>For huge: does not say beforehand how long it will be.</summary>
    public bool Chunked { get; init; }

    /// <summary>For redirect: where to.</summary>
    public string To { get; init; } = "/noop";

    /// <summary>The status, if that is its kind.</summary>
    [JsonIgnore]
    public int? Status =>
        int.TryParse(Kind, NumberStyles.None, CultureInfo.InvariantCulture, out int status) && status is >= 400 and <= 599 ? status : null;

    /// <exception cref="RefusedException">There is no such fault.</exception>
    public void Check()
    {
        if (Status is null && !Kinds.Contains(Kind))
        {
            string known = $"the statuses from 400 to 599, {string.Join(", ", Kinds)}";
            throw new RefusedException(422, $"\"{Kind}\" is no kind of fault; there are {known}.", "unknown_fault", "kind");
        }

        Require.Within("retryAfter", RetryAfter ?? 0, 0, 86_400);
        Require.Within("ms", Ms, 0, MaxMs);
        Require.Within("bytes", Bytes, 11, MaxBytes);
        if (!Uri.TryCreate(To, UriKind.RelativeOrAbsolute, out _) || To.Any(char.IsControl))
        {
            throw new RefusedException(422, $"to is \"{To}\"; it must be a URL or a path.", "invalid_value", "to");
        }
    }

    /// <summary>The fault that a URL such as <c>/faults/slow?ms=300</c> names.</summary>
    public static Fault From(string kind, IQueryCollection query)
    {
        var fault = new Fault { Kind = kind };
        fault = fault with
        {
            RetryAfter = (int?)Number(query, "retryAfter", int.MaxValue) ?? fault.RetryAfter,
            RetryAfterAsDate = query["retryAfterAsDate"] == "true",
            Ms = (int?)Number(query, "ms", int.MaxValue) ?? fault.Ms,
            Bytes = Number(query, "bytes", long.MaxValue) ?? fault.Bytes,
            Chunked = query["chunked"] == "true",
            To = query["to"] is [{ Length: > 0 } to, ..] ? to : fault.To,
        };
        fault.Check();
        return fault;
    }

    static long? Number(IQueryCollection query, string name, long most) => query[name].ToString() switch
    {
        "" => null,
        string text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number <= most
            ? number
            : throw new RefusedException(422, $"{name} is \"{text}\"; it must be a whole number.", "invalid_value", name),
    };
}
