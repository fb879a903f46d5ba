using System.Text;
using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tools.Text;

/// <summary>Kinds "text.artifact" and "text.read": from text to an artifact and back.</summary>
sealed class ArtifactTextRunner(ToolsOptions options) : IToolRunner
{
    /// <summary>It touches the cast's own storage alone.</summary>
    public bool IsPure => true;

    public bool Runs(string kind) => kind is "text.artifact" or "text.read";

    public async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation)
    {
        try
        {
            return ToolResult.Of(call.Tool.Kind == "text.read"
                ? await ReadAsync(call, cancellation).ConfigureAwait(false)
                : await WriteAsync(call, cancellation).ConfigureAwait(false));
        }
        catch (ToolFailedException failed)
        {
            return new ToolResult { Failure = failed.Failure };
        }
    }

    static async Task<JsonNode> WriteAsync(ToolCall call, CancellationToken cancellation)
    {
        var name = call.Input.Text("name");
        var type = call.Input.OptionalText("contentType") ?? (MediaTypes.OfFile(name) is var known && known == MediaTypes.Unknown ? "text/plain" : known);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(call.Input.Text("text")), writable: false);
        return new JsonObject { ["artifact"] = ArtifactReference.Of(await ArtifactStoring.StoreAsync(call, name, type, content, cancellation).ConfigureAwait(false)) };
    }

    async Task<JsonNode> ReadAsync(ToolCall call, CancellationToken cancellation)
    {
        var artifact = ArtifactReference.Read(call.Input.Object("artifact"));
        if (artifact.Bytes > options.MaxResponseBytes)
        {
            throw TooLong();
        }

        // The reference is an input like any other: what it says of its length is not what is there.
        var content = await call.Artifacts.OpenAsync(artifact, cancellation).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        var bounded = new Egress.BoundedStream(content, options.MaxResponseBytes);
        await using var __ = bounded.ConfigureAwait(false);
        using var reader = new StreamReader(bounded, Encoding.UTF8);
        try
        {
            return new JsonObject { ["text"] = await reader.ReadToEndAsync(cancellation).ConfigureAwait(false) };
        }
        catch (Http.ResponseTooLargeException)
        {
            throw TooLong();
        }
    }

    ToolFailedException TooLong() => ToolFailedException.Permanent(
        "text.tooLong", $"The artifact has more than {options.MaxResponseBytes} bytes, the limit for what is read into memory (setting Tools:MaxResponseBytes).");
}
