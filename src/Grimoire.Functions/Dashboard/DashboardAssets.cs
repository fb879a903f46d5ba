using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Grimoire.Functions.Dashboard;

/// <param name="ETag">Of its content, so that it is sent once.</param>
public sealed record DashboardAsset(ReadOnlyMemory<byte> Content, string ContentType, string ETag);

/// <summary>The parts of the dashboard, which come within the assembly: the files in Assets.</summary>
public sealed class DashboardAssets
{
    public const string Page = "index.html";

    const string Prefix = "dashboard/";

    readonly FrozenDictionary<string, DashboardAsset> _all = Load().ToFrozenDictionary(part => part.Path, part => part.Asset);

    public IReadOnlyCollection<string> Paths => _all.Keys;

    /// <param name="path">As in Assets: "lib/api.js".</param>
    public DashboardAsset? Find(string path) => _all.GetValueOrDefault(path);

    static IEnumerable<(string Path, DashboardAsset Asset)> Load()
    {
        var assembly = typeof(DashboardAssets).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return (name[Prefix.Length..], new DashboardAsset(content, TypeOf(name), $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\""));
        }
    }

    static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"A part of the dashboard is a {other} file, whose type is not known: {name}."),
    };
}
