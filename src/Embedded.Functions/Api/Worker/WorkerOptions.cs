using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>How the worker binds, converts and serializes.</summary>
public class WorkerOptions
{
    const string UserCodeException = "EnableUserCodeException";
    const string EmptyEntries = "IncludeEmptyEntriesInMessagePayload";

    /// <summary>Writes and reads all JSON, unless a call names another serializer. System.Text.Json by default.</summary>
    public ObjectSerializer? Serializer { get; set; }

    /// <summary>The converters in the order in which they are asked.</summary>
    public InputConverterCollection InputConverters { get; } = new();

    /// <summary>What the worker tells a Functions host that it can do.</summary>
    public IDictionary<string, string> Capabilities { get; } = new Dictionary<string, string>
    {
        ["HandlesWorkerTerminateMessage"] = bool.TrueString,
        ["HandlesInvocationCancelMessage"] = bool.TrueString,
        [EmptyEntries] = bool.TrueString,
        [UserCodeException] = bool.TrueString,
    };

    /// <summary>Whether exceptions of functions reach the host as they are.</summary>
    [Obsolete("This is now the default behavior. This property may be unavailable in future releases.", false)]
    public bool EnableUserCodeException
    {
        get => IsOn(UserCodeException);
        set => Switch(UserCodeException, value);
    }

    /// <summary>Whether a batch reaches its function with its empty entries.</summary>
    public bool IncludeEmptyEntriesInMessagePayload
    {
        get => IsOn(EmptyEntries);
        set => Switch(EmptyEntries, value);
    }

    bool IsOn(string capability) =>
        Capabilities.TryGetValue(capability, out var text) && bool.TryParse(text, out var on) && on;

    // A host takes some capabilities for switched on as soon as the key exists, whatever its value.
    void Switch(string capability, bool on)
    {
        if (on)
        {
            Capabilities[capability] = bool.TrueString;
        }
        else
        {
            Capabilities.Remove(capability);
        }
    }
}
