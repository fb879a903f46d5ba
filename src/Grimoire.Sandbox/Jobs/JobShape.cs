using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Calls;
using Microsoft.AspNetCore.Http.Features;

namespace Grimoire.Sandbox.Jobs;

/// <summary>A provider that the sandbox speaks like: what it says of a job, and how.</summary>
abstract class JobShape
{
    /// <summary>What it is called in <c>/control</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How it signs what it sends; null: not at all.</summary>
    public virtual Signer? Signer => null;

    /// <summary>An id as it gives them.</summary>
    /// <param name="hash">16 bytes that the id is made from.</param>
    public virtual string NewId(ReadOnlySpan<byte> hash) => new Guid(hash, bigEndian: true).ToString();

    /// <summary>What a job of it results in.</summary>
    public abstract JsonNode ResultOf(Job job);

    /// <summary>What it sends about an event; null: nothing.</summary>
    public abstract JsonObject? Callback(Job job, JobEvent what);

    /// <summary>What a request starts.</summary>
    public static JobStart Start(
        HttpContext context, JsonObject request, JsonObject input, JobPlan plan, Uri? callback, ImmutableHashSet<JobEvent> events) => new(
        context.Request.Path.Value!,
        context.Features.GetRequiredFeature<RecordedCall>().Key,
        $"{context.Request.Scheme}://{context.Request.Host}",
        request,
        input,
        plan,
        callback,
        events);

    protected static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    protected static JsonNode? Time(DateTimeOffset? at) => at is { } known ? JsonValue.Create(Time(known)) : null;

    protected static ImmutableArray<string> PictureUrls(Job job) =>
        [.. job.Start.Plan.Pictures.Select(picture => $"{job.Start.Origin}/images/{picture.Name}.png")];
}
