using System.Collections.ObjectModel;

namespace Embedded.Functions.Triggers;

/// <summary>What a trigger tells beside its value; names are compared without case, as official.</summary>
internal static class TriggerData
{
    public static IReadOnlyDictionary<string, object?> Of(params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var data = new Dictionary<string, object?>(values.Length, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, object? value) in values)
        {
            data[name] = value;
        }

        return new ReadOnlyDictionary<string, object?>(data);
    }
}
