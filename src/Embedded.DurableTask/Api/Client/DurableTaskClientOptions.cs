using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Client;

/// <summary>Options of a client.</summary>
public class DurableTaskClientOptions
{
    private DataConverter? _dataConverter;
    private bool? _enableEntitySupport;

    /// <summary>Version of orchestrations which are started without one; empty for none.</summary>
    public string DefaultVersion { get; set; } = string.Empty;

    /// <summary>Converter of all payloads. Setting null restores the default, also towards a converter from the services.</summary>
    [AllowNull]
    public DataConverter DataConverter
    {
        get => _dataConverter ?? JsonDataConverter.Default;
        set => _dataConverter = value;
    }

    /// <summary>Whether entities may be used, which reserves instance IDs that begin with '@'.</summary>
    public bool EnableEntitySupport
    {
        get => _enableEntitySupport ?? false;
        set => _enableEntitySupport = value;
    }

    internal bool DataConverterExplicitlySet => _dataConverter is not null;

    internal bool EntitySupportExplicitlySet => _enableEntitySupport is not null;

    /// <summary>Copies these options to more specific ones, which keep what was set there explicitly.</summary>
    internal void ApplyTo(DurableTaskClientOptions other)
    {
        other._dataConverter ??= DataConverter;
        other._enableEntitySupport ??= EnableEntitySupport;
        if (!string.IsNullOrWhiteSpace(DefaultVersion))
        {
            other.DefaultVersion = DefaultVersion;
        }
    }
}
