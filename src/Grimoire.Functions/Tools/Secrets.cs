using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tools;

/// <summary>What ${secret:NAME} and ${config:NAME} come to, at the moment of a call, and the removal of secrets from whatever leaves a runner.</summary>
public sealed class Secrets(IConfiguration configuration)
{
    public const string SecretSection = "Tools:Secrets";

    /// <summary>Below it each account has a section of its own.</summary>
    public const string AccountsSection = "Tools:Accounts";

    public const string ConfigSection = "Tools:Config";

    /// <summary>What is shorter cannot be told from ordinary text, and so cannot be kept out of it.</summary>
    public const int MinLength = 6;

    readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);
    volatile Redactor _redactor = Redactor.None;

    /// <summary>Knows every secret that was used since the app started, the earlier values of rotated ones too.</summary>
    internal Redactor Redactor => _redactor;

    /// <param name="name">As in ${secret:NAME}.</param>
    /// <param name="account">Whose tool asks for it.</param>
    internal bool HasSecret(string name, string account) => !string.IsNullOrEmpty(configuration[SettingOf(name, account)]);

    internal bool HasConfig(string name) => !string.IsNullOrEmpty(configuration[$"{ConfigSection}:{name}"]);

    internal string Secret(string name, string account)
    {
        var setting = SettingOf(name, account);
        var value = configuration[setting];
        if (string.IsNullOrEmpty(value))
        {
            throw ToolFailedException.Permanent(
                "tool.secretMissing",
                account == Account.Operators
                    ? $"The tool needs the secret '{name}', which is not set; the setting is {setting}."
                    : $"The tool needs the secret '{name}', which its account has not; the setting is {setting}. Tools that accounts write have the secrets of their account alone.",
                new JsonObject { ["secret"] = name });
        }

        if (value.Length < MinLength)
        {
            throw ToolFailedException.Permanent(
                "tool.secretTooShort",
                $"The secret '{name}' has fewer than {MinLength} characters, so it could not be kept out of results and logs; the setting is {setting}.",
                new JsonObject { ["secret"] = name });
        }

        if (_used.TryAdd(value, true))
        {
            _redactor = new Redactor(_used.Keys);
        }

        return value;
    }

    /// <summary>Whoever writes a tool decides where its secrets are sent. So what an account writes has none but its own.</summary>
    static string SettingOf(string name, string account) => account == Account.Operators ? $"{SecretSection}:{name}" : $"{AccountsSection}:{account}:Secrets:{name}";

    internal string Config(string name) => configuration[$"{ConfigSection}:{name}"] is { Length: > 0 } value
        ? value
        : throw ToolFailedException.Permanent(
            "tool.configMissing",
            $"The tool needs the configuration value '{name}', which is not set; the setting is {ConfigSection}:{name}.",
            new JsonObject { ["config"] = name });
}
