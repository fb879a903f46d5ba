using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Grimoire.Functions.Tests.Support;

/// <summary>A configuration that remembers what it was asked for.</summary>
sealed class AskedConfiguration(Dictionary<string, string?> values) : IConfiguration
{
    readonly IConfiguration _values = new ConfigurationBuilder().AddInMemoryCollection(values).Build();

    public HashSet<string> Asked { get; } = [];

    public string? this[string key]
    {
        get
        {
            Asked.Add(key);
            return _values[key];
        }
        set => _values[key] = value;
    }

    public IEnumerable<IConfigurationSection> GetChildren() => _values.GetChildren();

    public IChangeToken GetReloadToken() => _values.GetReloadToken();

    public IConfigurationSection GetSection(string key)
    {
        Asked.Add(key);
        return _values.GetSection(key);
    }
}
