using System.Collections.ObjectModel;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Invocation;

/// <summary>What goes into an invocation and what comes out of it.</summary>
internal sealed class FunctionBindings(Func<IReadOnlyDictionary<string, object?>> readTriggerData)
{
    IReadOnlyDictionary<string, object?>? _triggerData;
    Dictionary<string, ConversionResult>? _converted;
    Dictionary<string, object?>? _outputs;

    /// <summary>What the bindings deliver, by parameter.</summary>
    public Dictionary<string, object?> Inputs { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is known of the event beside that: route values, the instance's id. Read when somebody asks for it.</summary>
    public IReadOnlyDictionary<string, object?> TriggerData => _triggerData ??= readTriggerData();

    public Dictionary<string, object?> Outputs => _outputs ??= new(StringComparer.Ordinal);

    public object? Result { get; set; }

    public static IReadOnlyDictionary<string, object?> NoTriggerData() => ReadOnlyDictionary<string, object?>.Empty;

    public object? FindSource(string name) =>
        Inputs.TryGetValue(name, out object? source) || TriggerData.TryGetValue(name, out source) ? source : null;

    public object? FindOutput(string name) => _outputs?.GetValueOrDefault(name);

    public bool TryGetConverted(string name, out ConversionResult result)
    {
        result = default;
        return _converted is not null && _converted.TryGetValue(name, out result);
    }

    public void SetConverted(string name, ConversionResult result) => (_converted ??= new(StringComparer.Ordinal))[name] = result;
}
