using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tools.Egress;

/// <summary>What the settings under "Egress" say; docs/tools.md lists them.</summary>
sealed record EgressOptions
{
    public const string AllowSetting = "Egress:Allow";

    public const string AllowPrivateSetting = "Egress:AllowPrivate";

    public IReadOnlyList<EgressAllowance> Allow { get; init; } = [];

    public bool AllowPrivate { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <exception cref="InvalidOperationException">A setting is malformed.</exception>
    public static EgressOptions From(IConfiguration configuration) => new()
    {
        Allow = [.. Entries(configuration).Select(entry => EgressAllowance.Parse(entry)
            ?? throw Setting.Wrong(AllowSetting, entry, "a list of hosts (localhost), hosts with ports (localhost:5000, [::1]:5000) and networks (10.1.0.0/16)"))],
        AllowPrivate = Setting.Switch(configuration, AllowPrivateSetting, otherwise: false),
        ConnectTimeout = Setting.Duration(
            configuration, "Egress:ConnectTimeout", TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
    };

    /// <summary>A JSON array, or one text with commas, as an environment variable has it.</summary>
    static IEnumerable<string> Entries(IConfiguration configuration)
    {
        var section = configuration.GetSection(AllowSetting);
        return section.GetChildren().Select(child => child.Value ?? "")
            .Concat((section.Value ?? "").Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
