namespace Grimoire.Functions.Tools;

/// <summary>Which file extension goes with which media type, and which types are text.</summary>
static class MediaTypes
{
    public const string Unknown = "application/octet-stream";

    static readonly (string Extension, string Type)[] Known =
    [
        (".png", "image/png"), (".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".gif", "image/gif"), (".webp", "image/webp"), (".svg", "image/svg+xml"),
        (".avif", "image/avif"), (".bmp", "image/bmp"), (".mp4", "video/mp4"), (".webm", "video/webm"), (".mp3", "audio/mpeg"), (".wav", "audio/wav"),
        (".ogg", "audio/ogg"), (".pdf", "application/pdf"), (".zip", "application/zip"), (".json", "application/json"), (".yaml", "application/yaml"),
        (".yml", "application/yaml"), (".xml", "application/xml"), (".md", "text/markdown"), (".txt", "text/plain"), (".csv", "text/csv"),
        (".html", "text/html"), (".htm", "text/html"), (".css", "text/css"), (".js", "text/javascript"), (".mjs", "text/javascript"), (".ts", "text/plain"),
        (".cs", "text/plain"), (".py", "text/plain"), (".sh", "text/plain"), (".glb", "model/gltf-binary"),
    ];

    public static bool IsJson(string? contentType) => Bare(contentType) is var type && (type is "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal));

    public static bool IsText(string? contentType) => Bare(contentType) is var type
        && (type.StartsWith("text/", StringComparison.Ordinal) || type is "application/xml" or "application/javascript" or "application/x-www-form-urlencoded" or "application/yaml" or "application/x-ndjson"
            || (type.EndsWith("+xml", StringComparison.Ordinal) && !type.StartsWith("image/", StringComparison.Ordinal)));

    public static string OfFile(string name) => Known.FirstOrDefault(known => name.EndsWith(known.Extension, StringComparison.OrdinalIgnoreCase)).Type ?? Unknown;

    /// <summary>The name itself if it has an extension already.</summary>
    public static string Named(string name, string contentType) =>
        Path.HasExtension(name) ? name : name + Known.FirstOrDefault(known => known.Type == Bare(contentType)).Extension;

    /// <summary>Without charset and the like, in lower case.</summary>
    public static string Bare(string? contentType) => (contentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
}
