using Grimoire.Functions.Tools;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Webhooks;

/// <summary>What the settings under "Webhooks" say; docs/webhooks.md lists them.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where providers reach this app: "https://grimoire.example"; null: where the host says that it is.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Of one callback.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>Keys that sign callback URLs, the newest first; empty: one that the app makes for itself and keeps in its storage.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static WebhookOptions From(IConfiguration configuration) => new()
    {
        BaseUrl = BaseUrlOf(configuration),
        MaxBytes = Setting.Number(configuration, "Webhooks:MaxBytes", 1024 * 1024, 1024, 16 * 1024 * 1024),
        Keys = configuration["Webhooks:Keys"] is { Length: > 0 } keys ? [.. keys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Long)] : [],
    };

    static string Long(string key) => key.Length >= 32 ? key : throw new InvalidOperationException(
        "The setting Webhooks:Keys has a key of fewer than 32 characters; each has to be a long random text, and a comma stands between two.");

    static Uri? BaseUrlOf(IConfiguration configuration)
    {
        const string name = "Webhooks:BaseUrl";
        return configuration[name] is not { Length: > 0 } set ? null
            : Uri.TryCreate(set.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 ? url
            : throw Setting.Wrong(name, set, "the address at which providers reach the app, such as https://grimoire.example");
    }
}
