using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary>A callback as it is sent: each try of it is signed anew.</summary>
/// <param name="Id">The same for all tries and copies.</param>
/// <param name="Url">Where to.</param>
/// <param name="Body">What is sent.</param>
/// <param name="Forged">It is signed with a key that is not the sandbox's.</param>
/// <param name="Age">How long ago its signature says that it was sent.</param>
sealed record CallbackMessage(string Id, Uri Url, string Body, bool Forged = false, TimeSpan Age = default);

/// <summary>How a callback is delivered.</summary>
/// <param name="Message">What is sent.</param>
sealed record CallbackDelivery(CallbackMessage Message)
{
    /// <summary>It is never sent.</summary>
    public bool Dropped { get; init; }

    /// <summary>It is sent after the job's end has been told.</summary>
    public bool Held { get; init; }

    public TimeSpan Delay { get; init; }

    /// <summary>How often it is sent besides.</summary>
    public int Copies { get; init; }

    /// <summary>How much later each copy is sent than the one before.</summary>
    public TimeSpan Apart { get; init; }

    /// <summary>What is sent before it, once.</summary>
    public ImmutableArray<CallbackMessage> Extras { get; init; } = [];

    /// <summary>The kinds of fault that have struck it.</summary>
    public ImmutableArray<string> Faults { get; init; } = [];
}

/// <summary>A way in which a callback goes wrong.</summary>
record CallbackFault
{
    /// <summary>All kinds that there are.</summary>
    public static readonly IReadOnlyList<string> Kinds =
        ["delay", "duplicate", "drop", "reorder", "corrupt", "forge", "wrongId", "stale", "huge", Early];

    public const string Early = "early";
    const long MostBytes = 256 * 1024 * 1024;

    public string Kind { get; init; } = "";

    /// <summary>For delay: how long (1000). For duplicate: how far apart the copies are (0: all at once).</summary>
    public int? Ms { get; init; }

    /// <summary>For duplicate: how often it is sent besides.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>For corrupt: garbage, or truncated.</summary>
    public string How { get; init; } = "garbage";

    /// <summary>For wrongId: the id that it names instead; another one of that shape if not said.</summary>
    public string? RunId { get; init; }

    /// <summary>For stale: how long ago it says that it was sent.</summary>
    public int Seconds { get; init; } = 3600;

    /// <summary>For huge: how long the body is at least.</summary>
    public long Bytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>For those that change what is sent: the changed one is sent besides, before the right one, and only once.</summary>
    public bool Extra { get; init; }

    /// <exception cref="RefusedException">There is no such fault.</exception>
    public void Check()
    {
        Require.OneOf("kind", Kind, Kinds);
        Require.OneOf("how", How, ["garbage", "truncated"]);
        Require.Within("ms", Ms ?? 0, 0, 86_400_000);
        Require.Within("copies", Copies, 1, 100);
        Require.Within("seconds", Seconds, -86_400 * 366, 86_400 * 366);
        Require.Within("bytes", Bytes, 1, MostBytes);
    }

    /// <summary>What becomes of a delivery.</summary>
    public CallbackDelivery Strike(CallbackDelivery delivery, Job job)
    {
        CallbackDelivery struck = delivery with { Faults = delivery.Faults.Add(Kind) };
        return Kind switch
        {
            "drop" => struck with { Dropped = true },
            "reorder" => struck with { Held = true },
            "delay" => struck with { Delay = TimeSpan.FromMilliseconds(Ms ?? 1000) },
            "duplicate" => struck with { Copies = Copies, Apart = TimeSpan.FromMilliseconds(Ms ?? 0) },
            _ when Extra => struck with { Extras = struck.Extras.Add(Change(struck.Message, job)) },
            _ => struck with { Message = Change(struck.Message, job) },
        };
    }

    CallbackMessage Change(CallbackMessage message, Job job) => Kind switch
    {
        "corrupt" when How == "truncated" => message with { Body = message.Body[..(message.Body.Length / 2)] },
        "corrupt" => message with { Body = "<html>This is no JSON, and nobody asked for it" },
        "forge" => job.Shape.Signer is null ? message with { Url = Forge(message.Url) } : message with { Forged = true },
        "wrongId" => message with { Body = message.Body.Replace(job.Id, RunId ?? Other(job), StringComparison.Ordinal) },
        "stale" => message with { Age = TimeSpan.FromSeconds(Seconds) },
        "huge" => message with { Body = Pad(message.Body) },
        _ => throw new InvalidOperationException($"There is no callback fault \"{Kind}\"."),
    };

    string Pad(string body)
    {
        const string Before = ",\"padding\":\"";
        const string After = "\"}";
        long missing = Bytes - (Encoding.UTF8.GetByteCount(body) - 1) - Before.Length - After.Length;
        return $"{body[..^1]}{Before}{new string('x', (int)Math.Max(0, missing))}{After}";
    }

    static string Other(Job job) => job.Shape.NewId(SHA256.HashData(Encoding.UTF8.GetBytes($"another than {job.Id}")).AsSpan(0, 16));

    /// <summary>What is not signed is proven by its URL: there, the last value of the query starts differently.</summary>
    static Uri Forge(Uri url)
    {
        string text = url.AbsoluteUri;
        int at = text.LastIndexOf('=') + 1;
        return url.Query.Length == 0 || at == 0 || at == text.Length ? url : new Uri($"{text[..at]}{(text[at] == 'A' ? 'B' : 'A')}{text[(at + 1)..]}");
    }
}
