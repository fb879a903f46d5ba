using Grimoire.Functions.Tools;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Security;

/// <summary>Settings "Security:…".</summary>
/// <param name="Keys">Whether callers need a key.</param>
public sealed record SecurityOptions(KeyUse Keys = KeyUse.Required)
{
    internal const string KeysSetting = "Security:Keys";

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static SecurityOptions From(IConfiguration configuration) => configuration[KeysSetting] switch
    {
        null or "" or "required" => new SecurityOptions(),
        "off" => new SecurityOptions(KeyUse.Off),
        var other => throw Setting.Wrong(KeysSetting, other, "required or off"),
    };
}

public enum KeyUse
{
    Required,

    /// <summary>Whoever calls is an admin of every account.</summary>
    Off,
}
