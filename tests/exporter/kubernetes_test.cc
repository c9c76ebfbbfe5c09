// The committed Kubernetes manifests fit the program and each other. What needs helm or a cluster
// is deploy/kubernetes/render.sh's.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "exporter/config/configuration.h"
#include "exporter/flags.h"
#include "exporter/version.h"
#include "tests/support/http_get.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using stapling::testing::HttpGet;
using stapling::testing::Process;
using stapling::testing::TempDir;
using Arguments = std::vector<std::string>;
using Labels = std::map<std::string, std::string>;

const std::string kDeploy = STAPLING_SOURCE_DIRECTORY "/deploy/";
const std::string kKubernetes = kDeploy + "kubernetes/";

std::vector<YAML::Node> Documents(const std::string& file) {
  return YAML::LoadAllFromFile(kKubernetes + "manifests/" + file);
}

class KubernetesTest : public ::testing::Test {
 protected:
  KubernetesTest() {
    for (const char* file : {"exporter.yaml", "network_policy.yaml", "prometheus_operator.yaml"}) {
      for (const YAML::Node& document : Documents(file)) objects_.push_back(document);
    }
  }

  [[nodiscard]] std::vector<YAML::Node> All(const std::string& kind) const {
    std::vector<YAML::Node> found;
    std::copy_if(objects_.begin(), objects_.end(), std::back_inserter(found),
                 [&](const YAML::Node& object) { return object["kind"].Scalar() == kind; });
    return found;
  }
  [[nodiscard]] YAML::Node Only(const std::string& kind) const {
    const auto found = All(kind);
    EXPECT_EQ(found.size(), 1U) << kind;
    return found.at(0);
  }
  [[nodiscard]] YAML::Node Pod() const { return Only("Deployment")["spec"]["template"]; }
  [[nodiscard]] YAML::Node Container() const {
    EXPECT_EQ(Pod()["spec"]["containers"].size(), 1U);
    return Pod()["spec"]["containers"][0];
  }

  [[nodiscard]] ServeOptions Options() const {
    const Flags flags = ParseFlags(Container()["args"].as<Arguments>());
    if (const auto* options = std::get_if<ServeOptions>(&flags)) return *options;
    ADD_FAILURE() << "not serve: " << std::get<EarlyExit>(flags).error;
    return {};
  }
  [[nodiscard]] std::string ConfigurationText() const {
    return Only("ConfigMap")["data"]["exporter.yml"].as<std::string>();
  }
  [[nodiscard]] Configuration ParsedConfiguration() const {
    const auto configuration = ParseConfiguration(ConfigurationText(), "exporter.yml");
    EXPECT_TRUE(configuration) << configuration.error();
    return configuration ? *configuration : Configuration{};
  }

  std::vector<YAML::Node> objects_;
};

TEST_F(KubernetesTest, HasTheObjectsItShouldHave) {
  struct Row {
    std::string file;
    std::vector<std::string> kinds;
  };
  for (const Row& row : std::vector<Row>{
           {"exporter.yaml",
            {"ServiceAccount", "ConfigMap", "Service", "Deployment", "PodDisruptionBudget"}},
           {"network_policy.yaml", {"NetworkPolicy"}},
           {"prometheus_operator.yaml", {"ServiceMonitor", "Probe", "Probe", "PrometheusRule"}},
       }) {
    std::vector<std::string> kinds;
    for (const YAML::Node& document : Documents(row.file)) {
      kinds.push_back(document["kind"].as<std::string>());
      EXPECT_TRUE(document["apiVersion"].IsScalar()) << row.file;
      EXPECT_TRUE(document["metadata"]["name"].IsScalar()) << row.file;
      EXPECT_EQ(document["metadata"]["namespace"].as<std::string>(), "monitoring") << row.file;
    }
    std::sort(kinds.begin(), kinds.end());
    std::vector<std::string> expected = row.kinds;
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(kinds, expected) << row.file;
  }
}

TEST_F(KubernetesTest, TheProgramTakesItsArguments) {
  const ServeOptions options = Options();
  EXPECT_TRUE(options.config_enable_auto_reload);
  const YAML::Node port = Container()["ports"][0];
  EXPECT_EQ(options.web_listen_addresses, Arguments{":" + port["containerPort"].as<std::string>()});
}

TEST_F(KubernetesTest, TheConfigurationFileIsWhereTheProgramLooks) {
  const YAML::Node volume = Pod()["spec"]["volumes"][0];
  const YAML::Node mount = Container()["volumeMounts"][0];
  EXPECT_EQ(volume["name"].Scalar(), mount["name"].Scalar());
  EXPECT_EQ(volume["configMap"]["name"].Scalar(), Only("ConfigMap")["metadata"]["name"].Scalar());
  EXPECT_EQ(Options().config_file, mount["mountPath"].Scalar() + "/exporter.yml");
}

TEST_F(KubernetesTest, TheConfigurationIsTheBuiltInOne) {
  const Configuration configuration = ParsedConfiguration();
  const Configuration built_in = BuiltInConfiguration();
  EXPECT_EQ(configuration.default_module, built_in.default_module);
  EXPECT_EQ(configuration.targets, built_in.targets);
  EXPECT_EQ(configuration.modules.size(), built_in.modules.size());
  for (const Module& module : built_in.modules) {
    const Module* found = configuration.Find(module.name);
    ASSERT_NE(found, nullptr) << module.name;
    EXPECT_EQ(*found, module) << module.name;
  }
}

TEST_F(KubernetesTest, RunningProbesMayEndBeforeThePodIsKilled) {
  std::chrono::milliseconds longest{0};
  for (const Module& module : ParsedConfiguration().modules) {
    longest = std::max(longest, module.timeout);
  }
  EXPECT_GT(longest.count(), 0);
  const YAML::Node sleep = Container()["lifecycle"]["preStop"]["sleep"];
  const std::chrono::seconds before(sleep["seconds"].as<int>());
  const std::chrono::seconds grace(Pod()["spec"]["terminationGracePeriodSeconds"].as<int>());
  EXPECT_GT(grace, before + longest);
}

TEST_F(KubernetesTest, EverySelectorFindsThePods) {
  const auto pod = Pod()["metadata"]["labels"].as<Labels>();
  struct Row {
    std::string kind;
    YAML::Node selector;
  };
  for (const Row& row : std::vector<Row>{
           {"Deployment", Only("Deployment")["spec"]["selector"]["matchLabels"]},
           {"Service", Only("Service")["spec"]["selector"]},
           {"PodDisruptionBudget", Only("PodDisruptionBudget")["spec"]["selector"]["matchLabels"]},
           {"NetworkPolicy", Only("NetworkPolicy")["spec"]["podSelector"]["matchLabels"]},
           {"spread over nodes",
            Pod()["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]},
           {"spread over zones",
            Pod()["spec"]["topologySpreadConstraints"][1]["labelSelector"]["matchLabels"]},
       }) {
    const auto selector = row.selector.as<Labels>();
    EXPECT_EQ(selector.size(), 2U) << row.kind;
    EXPECT_TRUE(std::includes(pod.begin(), pod.end(), selector.begin(), selector.end()))
        << row.kind;
  }
  const auto service = Only("Service")["metadata"]["labels"].as<Labels>();
  const auto monitor = Only("ServiceMonitor")["spec"]["selector"]["matchLabels"].as<Labels>();
  EXPECT_TRUE(std::includes(service.begin(), service.end(), monitor.begin(), monitor.end()));
}

TEST_F(KubernetesTest, EveryPortIsTheContainers) {
  const std::string port = Container()["ports"][0]["name"].Scalar();
  const YAML::Node service = Only("Service")["spec"]["ports"][0];
  EXPECT_EQ(service["targetPort"].Scalar(), port);
  EXPECT_EQ(Only("ServiceMonitor")["spec"]["endpoints"][0]["port"].Scalar(),
            service["name"].Scalar());
  EXPECT_EQ(Only("NetworkPolicy")["spec"]["ingress"][0]["ports"][0]["port"].Scalar(), port);
  for (const char* probe : {"startupProbe", "readinessProbe", "livenessProbe"}) {
    EXPECT_EQ(Container()[probe]["httpGet"]["port"].Scalar(), port) << probe;
  }
}

TEST_F(KubernetesTest, ThePodIsRestricted) {
  const YAML::Node spec = Pod()["spec"];
  const YAML::Node pod = spec["securityContext"];
  const YAML::Node container = Container()["securityContext"];
  EXPECT_EQ(pod["runAsNonRoot"].Scalar(), "true");
  EXPECT_GT(pod["runAsUser"].as<int>(), 0);
  EXPECT_EQ(pod["seccompProfile"]["type"].Scalar(), "RuntimeDefault");
  EXPECT_EQ(container["allowPrivilegeEscalation"].Scalar(), "false");
  EXPECT_EQ(container["readOnlyRootFilesystem"].Scalar(), "true");
  EXPECT_EQ(container["capabilities"]["drop"].as<Arguments>(), Arguments{"ALL"});
  EXPECT_FALSE(container["capabilities"]["add"]);
  EXPECT_EQ(spec["automountServiceAccountToken"].Scalar(), "false");
  EXPECT_EQ(Only("ServiceAccount")["automountServiceAccountToken"].Scalar(), "false");
  for (const char* key : {"hostNetwork", "hostPID", "hostIPC"}) EXPECT_FALSE(spec[key]) << key;
}

// The container's own arguments, but for where it reads and listens.
TEST_F(KubernetesTest, TheProgramAnswersEveryPathThatIsAsked) {
  const TempDir directory;
  Arguments arguments = {STAPLING_EXPORTER};
  for (std::string argument : Container()["args"].as<Arguments>()) {
    if (argument.starts_with("--config.file=")) {
      argument = "--config.file=" + directory.Write("exporter.yml", ConfigurationText());
    } else if (argument.starts_with("--web.listen-address=")) {
      argument = "--web.listen-address=127.0.0.1:0";
    }
    arguments.push_back(argument);
  }
  const auto exporter = Process::Start({.arguments = arguments});
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string before = "msg=\"listening\" address=127.0.0.1:";
  ASSERT_TRUE((*exporter)->WaitForOutput(before)) << (*exporter)->Errors();
  const std::string log = (*exporter)->Errors();
  const auto port =
      static_cast<std::uint16_t>(std::stoul(log.substr(log.find(before) + before.size())));

  std::vector<std::string> paths;
  for (const char* probe : {"startupProbe", "readinessProbe", "livenessProbe"}) {
    paths.push_back(Container()[probe]["httpGet"]["path"].as<std::string>());
  }
  paths.push_back(Only("ServiceMonitor")["spec"]["endpoints"][0]["path"].as<std::string>());
  for (const YAML::Node& probe : All("Probe")) {
    paths.push_back(probe["spec"]["prober"]["path"].as<std::string>() + "?target=127.0.0.1:1" +
                    "&module=" + probe["spec"]["module"].as<std::string>());
  }
  EXPECT_EQ(paths.size(), 6U);
  for (const std::string& path : paths) {
    const auto response = HttpGet(port, path);
    ASSERT_TRUE(response) << path << ": " << response.error();
    EXPECT_EQ(response->status, 200) << path << ": " << response->body;
  }
}

// Without the label, two modules on one target would merge into one series.
TEST_F(KubernetesTest, EveryProbeGoesThroughTheServiceAndKeepsItsModuleApart) {
  const YAML::Node service = Only("Service");
  const std::string url = service["metadata"]["name"].Scalar() + "." +
                          service["metadata"]["namespace"].Scalar() +
                          ".svc:" + service["spec"]["ports"][0]["port"].Scalar();
  for (const YAML::Node& probe : All("Probe")) {
    const YAML::Node spec = probe["spec"];
    EXPECT_EQ(spec["prober"]["url"].Scalar(), url);
    EXPECT_EQ(spec["jobName"].Scalar(), "ocsp_stapling");
    const YAML::Node targets = spec["targets"];
    const YAML::Node chosen =
        targets["staticConfig"] ? targets["staticConfig"] : targets["ingress"];
    const YAML::Node rules = chosen["relabelingConfigs"];
    EXPECT_EQ(std::count_if(rules.begin(), rules.end(),
                            [](const YAML::Node& rule) {
                              return rule["targetLabel"] &&
                                     rule["targetLabel"].Scalar() == "module" &&
                                     rule["sourceLabels"][0].Scalar() == "__param_module";
                            }),
              1)
        << probe["metadata"]["name"];
  }
}

TEST_F(KubernetesTest, TheRulesAreTheProjects) {
  const YAML::Node rules = YAML::LoadFile(kDeploy + "prometheus/ocsp_stapling.rules.yml");
  const YAML::Node groups = Only("PrometheusRule")["spec"]["groups"];
  EXPECT_GT(groups.size(), 0U);
  ASSERT_EQ(groups.size(), rules["groups"].size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    EXPECT_EQ(YAML::Dump(groups[i]), YAML::Dump(rules["groups"][i]));
  }
}

// Copies would grow old.
TEST(KubernetesChart, LinksToRulesAndDashboards) {
  using std::filesystem::equivalent;
  const std::string files = kKubernetes + "chart/files/";
  EXPECT_TRUE(equivalent(files + "ocsp_stapling.rules.yml",
                         kDeploy + "prometheus/ocsp_stapling.rules.yml"));
  EXPECT_TRUE(equivalent(files + "dashboards", STAPLING_SOURCE_DIRECTORY "/grafana/dashboards"));
}

TEST_F(KubernetesTest, TheChartIsOfThisVersion) {
  const YAML::Node chart = YAML::LoadFile(kKubernetes + "chart/Chart.yaml");
  EXPECT_EQ(chart["appVersion"].Scalar(), Version());
  EXPECT_TRUE(Container()["image"].Scalar().ends_with(std::string(":") + Version()));
}

}  // namespace
}  // namespace stapling::exporter
