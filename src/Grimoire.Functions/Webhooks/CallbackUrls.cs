using System.Globalization;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Webhooks;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Webhooks;

/// <summary>The addresses at which providers call back, each good for one attempt, and the keys that sign them.</summary>
public sealed class CallbackUrls(IObjectStore objects, WebhookOptions options, IConfiguration configuration) : IDisposable
{
    /// <summary>For how long after its end an attempt still hears what its job has come to: what it has cost counts.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    const string StoredKeys = "keys/callbacks.json";

    readonly SemaphoreSlim _reading = new(1);
    SigningKeys? _keys;

    /// <summary>Where this app is found from outside.</summary>
    public Uri BaseUrl => options.BaseUrl ?? HostUrl();

    /// <param name="attempt">What can be ended with it.</param>
    /// <param name="expires">When it is good for nothing any more.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string> OfAsync(AttemptKey attempt, DateTimeOffset expires, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var token = SignedUrl.Token(attempt, expires, await KeysAsync(cancellation).ConfigureAwait(false));
        var item = attempt.Item is { } number ? string.Create(CultureInfo.InvariantCulture, $"item={number}&") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{BaseUrl}api/webhooks/{attempt.CastId}/{attempt.Step}/{attempt.Number}?{item}token={token}");
    }

    /// <summary>What every host of Functions says of itself: Azure, func start, and the embedded one as soon as it listens.</summary>
    Uri HostUrl()
    {
        var host = configuration["WEBSITE_HOSTNAME"] is { Length: > 0 } name ? name : "localhost:7071";
        var isLocal = host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("127.", StringComparison.Ordinal);
        return new Uri($"{(isLocal ? "http" : "https")}://{host}/");
    }

    public async Task<SignatureCheck> CheckAsync(string? token, AttemptKey attempt, DateTimeOffset now, CancellationToken cancellation) =>
        SignedUrl.Check(token, attempt, await KeysAsync(cancellation).ConfigureAwait(false), now);

    public void Dispose() => _reading.Dispose();

    async ValueTask<SigningKeys> KeysAsync(CancellationToken cancellation)
    {
        if (_keys is { } known)
        {
            return known;
        }

        await _reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _keys ??= SigningKeys.Text(options.Keys.Count > 0 ? options.Keys : await StoredAsync(cancellation).ConfigureAwait(false));
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Whoever of all processes comes first makes the key for all of them.</summary>
    async Task<IReadOnlyList<string>> StoredAsync(CancellationToken cancellation)
    {
        if (await objects.ReadAsync(StoredKeys, cancellation).ConfigureAwait(false) is { } stored)
        {
            return CastStore.Parse<IReadOnlyList<string>>(StoredKeys, stored.Content)!;
        }

        string[] made = [SigningKeys.NewStandardSecret()];
        return await objects.CreateAsync(StoredKeys, CastStore.Bytes(made), cancellation).ConfigureAwait(false) is not null
            ? made
            : await StoredAsync(cancellation).ConfigureAwait(false);
    }
}
