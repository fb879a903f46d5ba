using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Functions.Tools;

/// <summary>How outputs refer to artifacts, and inputs pass them on.</summary>
static class ArtifactReference
{
    public static JsonNode Of(StoredArtifact artifact) => JsonSerializer.SerializeToNode(artifact, DomainJson.Options)!;

    public static StoredArtifact Read(JsonObject reference)
    {
        try
        {
            if (reference.Deserialize<StoredArtifact>(DomainJson.Options) is { Artifact.Length: > 0, CastId.Length: > 0 } artifact)
            {
                return artifact;
            }
        }
        catch (JsonException malformed)
        {
            throw Wrong(malformed);
        }

        throw Wrong(null);
    }

    static ToolFailedException Wrong(Exception? inner) =>
        ToolFailedException.Permanent(
            Codes.InputInvalid, "What is given as an artifact is no reference to one, as the outputs of steps have them.", inner: inner);
}
