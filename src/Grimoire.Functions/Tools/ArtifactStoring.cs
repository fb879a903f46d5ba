using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Tools;

/// <summary>Puts what a tool makes into the storage, and says so as a failure of the attempt if that fails.</summary>
static class ArtifactStoring
{
    public static async Task<StoredArtifact> StoreAsync(
        ToolCall call, string name, string contentType, Stream content, CancellationToken cancellation)
    {
        try
        {
            return await call.Artifacts.StoreAsync(name, contentType, content, cancellation).ConfigureAwait(false);
        }
        catch (ContentTooLargeException large)
        {
            throw ToolFailedException.Permanent(
                Codes.ArtifactTooLarge, $"The artifact '{name}' has more than {large.MaxBytes} bytes, the limit for artifacts.", new JsonObject { ["artifact"] = name, ["maxBytes"] = large.MaxBytes }, Phase.Store, large);
        }
        catch (StorageException away)
        {
            throw ToolFailedException.Transient(
                Codes.StorageUnavailable, $"The artifact '{name}' could not be stored: {away.Message}", new JsonObject { ["artifact"] = name }, Phase.Store, away);
        }
    }
}
