using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Grimoire.Casts;
using Grimoire.Cooks;

namespace Grimoire.Functions.Storage;

/// <summary>The names of what a cast leaves behind: the layout of docs/storage.md.</summary>
static class CastObjects
{
    /// <summary>What the names of everything of a cast begin with.</summary>
    public static string All(string castId) => $"casts/{castId}/";

    public static string AllOfChildren(string castId) => $"casts/{castId}{CastIds.ChildSeparator}";

    public static string Manifest(string castId) => $"casts/{castId}/manifest.json";

    /// <param name="id">Of a cast, or of a cook.</param>
    public static string Journal(string id) => (CookIds.IsValid(id) ? CookStore.All(id) : All(id)) + "journal.jsonl";

    public static string Result(string castId) => $"casts/{castId}/result.json";

    public static string Output(string castId, string step) => $"casts/{castId}/outputs/{step}.json";

    /// <summary>No step can be called so.</summary>
    public static string CastOutput(string castId) => Output(castId, "-cast");

    /// <summary>What a "catch" gave in place of the step's output. No step can be called so.</summary>
    public static string Caught(string castId, string step) => Output(castId, $"-caught-{step}");

    public static string Attempts(string castId) => $"casts/{castId}/attempts/";

    /// <summary>All in one folder: a folder for each step would cost one more flush where a folder is the store.</summary>
    public static string Attempts(string castId, string step) => $"{Attempts(castId)}{step}.";

    public static string Attempt(AttemptKey key) => key.Item is { } item
        ? string.Create(CultureInfo.InvariantCulture, $"{Attempts(key.CastId, key.Step)}{item:D6}.{key.Number:D3}.json")
        : string.Create(CultureInfo.InvariantCulture, $"{Attempts(key.CastId, key.Step)}{key.Number:D3}.json");

    public static string Inbox(string castId) => $"casts/{castId}/inbox/";

    /// <summary>What has come for an attempt from outside.</summary>
    public static string Messages(AttemptKey key) => $"{Inbox(key.CastId)}{Path.GetFileNameWithoutExtension(Attempt(key))}.";

    public static string Message(AttemptKey key, string id) => $"{Messages(key)}{MessageHash(id)}.json";

    /// <summary>The sender chooses the id, and may choose any: its hash is what storage is given.</summary>
    public static string MessageHash(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    /// <summary>When something was heard of the attempt's job. No message is called so: its name has a hash.</summary>
    public static string Heard(AttemptKey key) => $"{Messages(key)}heard.json";

    public static bool IsAttempt(string name) => name.Contains("/attempts/", StringComparison.Ordinal);

    public static bool IsManifest(string name) => name.EndsWith("/manifest.json", StringComparison.Ordinal) && name.Count('/') == 2;

    public static string Artifacts(string castId) => $"casts/{castId}/artifacts/";

    public static string Artifact(string castId, string name) => $"casts/{castId}/artifacts/{name}";
}
