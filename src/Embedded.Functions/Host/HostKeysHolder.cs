using Embedded.Functions.Settings;

namespace Embedded.Functions.Host;

/// <summary>The app's keys, read or made when they are first asked for.</summary>
internal sealed class HostKeysHolder(HostSettings settings)
{
    readonly Lazy<LoadedSettings<HostKeys?>> _keys = new(() => HostKeysFile.Open(settings.Embedded.State));

    /// <summary>Null when keys are not enforced.</summary>
    public HostKeys? Enforced => settings.Embedded.EnforceKeys ? _keys.Value.Value : null;

    public IReadOnlyList<SettingProblem> Problems => settings.Embedded.EnforceKeys ? _keys.Value.Problems : [];
}
