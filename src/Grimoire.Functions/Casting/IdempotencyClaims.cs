using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Casting;

/// <param name="CastId">What the key has started.</param>
/// <param name="Fingerprint">Of the request, to tell a repetition from another request with the same key.</param>
/// <param name="Deleted">The cast has been deleted since.</param>
public sealed record IdempotencyClaim(string CastId, string Fingerprint, bool? Deleted = null);

/// <summary>Which cast each Idempotency-Key of an account has started. A key stays with its cast, also when that is deleted.</summary>
public sealed class IdempotencyClaims(IObjectStore objects)
{
    public async Task<IdempotencyClaim?> FindAsync(string account, string key, CancellationToken cancellation) =>
        await ReadAsync(NameOf(account, key), cancellation).ConfigureAwait(false) is var (claim, _) ? claim : null;

    /// <summary>The claim that counts, which is the first.</summary>
    public async Task<IdempotencyClaim> ClaimAsync(string account, string key, IdempotencyClaim claim, CancellationToken cancellation) =>
        await objects.CreateAsync(NameOf(account, key), CastStore.Bytes(claim), cancellation).ConfigureAwait(false) is not null
            ? claim
            : await FindAsync(account, key, cancellation).ConfigureAwait(false) ?? claim;

    /// <summary>From now on, the key tells that its cast has been deleted: a late repetition must not start it again.</summary>
    public async Task MarkDeletedAsync(string account, string key, string castId, CancellationToken cancellation)
    {
        var name = NameOf(account, key);
        while (await ReadAsync(name, cancellation).ConfigureAwait(false) is var (claim, version) && claim.CastId == castId && claim.Deleted is not true)
        {
            await objects.ReplaceAsync(name, CastStore.Bytes(claim with { Deleted = true }), version, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Equal for equal requests: the order of fields means nothing.</summary>
    public static string Fingerprint(object request)
    {
        var sorted = Sorted(JsonSerializer.SerializeToNode(request, DomainJson.Options));
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(sorted, DomainJson.Options)));
    }

    static JsonNode? Sorted(JsonNode? value) => value switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => value?.DeepClone(),
    };

    async Task<(IdempotencyClaim Claim, string Version)?> ReadAsync(string name, CancellationToken cancellation) =>
        await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored && CastStore.Parse<IdempotencyClaim>(name, stored.Content) is { } claim
            ? (claim, stored.Version)
            : null;

    static string NameOf(string account, string key) => $"idempotency/{account}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}.json";
}
