using System.Text;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>A rendered note, and the instance that it belongs to.</summary>
public sealed record PageOfNote(string InstanceId, string Page);

/// <summary>Stores a page as an artifact. The name follows from the instance, so that a second run stores the same thing again.</summary>
public sealed partial class StorePage(IArtifactStore artifacts, ILogger<StorePage> logger)
{
    const string ContentType = "text/html; charset=utf-8";

    [Function(nameof(StorePage))]
    public async Task<ArtifactReference> RunAsync([ActivityTrigger] PageOfNote note, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(note);
        var metadata = new Dictionary<string, string> { ["instance"] = note.InstanceId };
        var artifact = await artifacts
            .SaveAsync($"notes/{note.InstanceId}/page.html", ContentType, Encoding.UTF8.GetBytes(note.Page), metadata, cancellation)
            .ConfigureAwait(false);
        LogStored(artifact.Name, artifact.Length);
        return artifact;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stored {Name}, {Length} bytes.")]
    partial void LogStored(string name, long length);
}
