using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Settings;

/// <summary>The keys that callers present, and what each opens.</summary>
internal sealed class HostKeys
{
    /// <summary>The name of the system key that opens the Durable HTTP API; the official one.</summary>
    public const string DurableKeyName = "durabletask_extension";

    public const string DefaultName = "default";

    readonly byte[] _masterDigest;
    readonly byte[][] _functionDigests;
    readonly byte[][] _systemDigests;
    readonly Dictionary<string, byte[][]> _digestsOfFunctions;

    /// <param name="masterKey">Opens everything.</param>
    /// <param name="functionKeys">Open every function, by name.</param>
    /// <param name="systemKeys">Open what is for extensions, by name.</param>
    /// <param name="functions">Keys that open one function each, by its name and theirs.</param>
    public HostKeys(
        string masterKey,
        IReadOnlyDictionary<string, string> functionKeys,
        IReadOnlyDictionary<string, string> systemKeys,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> functions)
    {
        MasterKey = masterKey;
        FunctionKeys = functionKeys;
        SystemKeys = systemKeys;
        _masterDigest = Digest(masterKey);
        _functionDigests = Digests(functionKeys);
        _systemDigests = Digests(systemKeys);
        _digestsOfFunctions = functions.ToDictionary(entry => entry.Key, entry => Digests(entry.Value), StringComparer.OrdinalIgnoreCase);
    }

    public string MasterKey { get; }

    public IReadOnlyDictionary<string, string> FunctionKeys { get; }

    public IReadOnlyDictionary<string, string> SystemKeys { get; }

    /// <summary>The key in the URLs of the Durable HTTP API.</summary>
    public string DurableKey => SystemKeys[DurableKeyName];

    /// <summary>
    /// Whether a caller with this key may call. As in the official host a higher level does not include the lower ones; only the master
    /// key opens all. A user level has no keys of its own.
    /// </summary>
    /// <param name="functionName">The function that is called; null for what is none.</param>
    public bool Allows(AuthorizationLevel level, string? presented, string? functionName = null)
    {
        if (level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        if (string.IsNullOrEmpty(presented))
        {
            return false;
        }

        // Digests have one length, and all of them are compared: time tells neither how much of a key was right nor which key it was.
        byte[] digest = Digest(presented);
        bool allowed = CryptographicOperations.FixedTimeEquals(digest, _masterDigest);
        foreach (byte[] candidate in Candidates(level, functionName))
        {
            allowed |= CryptographicOperations.FixedTimeEquals(digest, candidate);
        }

        return allowed;
    }

    IEnumerable<byte[]> Candidates(AuthorizationLevel level, string? functionName) => level switch
    {
        AuthorizationLevel.Function when functionName is not null && _digestsOfFunctions.TryGetValue(functionName, out byte[][]? own) =>
            _functionDigests.Concat(own),
        AuthorizationLevel.Function => _functionDigests,
        AuthorizationLevel.System => _systemDigests,
        _ => [],
    };

    static byte[][] Digests(IReadOnlyDictionary<string, string> keys) => [.. keys.Values.Select(Digest)];

    static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
