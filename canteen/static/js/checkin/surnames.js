// @ts-check

// How an English voice is told the commonest surnames; of a rarer one it leaves the name out.
const READ = new Map(
  ("王Wang 李Li 张Zhang 刘Liu 陈Chen 杨Yang 黄Huang 赵Zhao 吴Wu 周Zhou 徐Xu 孙Sun 马Ma 朱Zhu 胡Hu 郭Guo 何He 高Gao 林Lin 罗Luo 郑Zheng "
    + "梁Liang 谢Xie 宋Song 唐Tang 许Xu 韩Han 冯Feng 邓Deng 曹Cao 彭Peng 曾Zeng 肖Xiao 田Tian 董Dong 袁Yuan 潘Pan 于Yu 蒋Jiang 蔡Cai 余Yu "
    + "杜Du 叶Ye 程Cheng 苏Su 魏Wei 吕Lü 丁Ding 任Ren 沈Shen 姚Yao 卢Lu 姜Jiang 崔Cui 钟Zhong 谭Tan 陆Lu 汪Wang 范Fan 金Jin 石Shi 廖Liao 贾Jia "
    + "夏Xia 韦Wei 付Fu 方Fang 白Bai 邹Zou 孟Meng 熊Xiong 秦Qin 邱Qiu 江Jiang 尹Yin 薛Xue 闫Yan 段Duan 雷Lei 侯Hou 龙Long 史Shi 陶Tao 黎Li 贺He "
    + "顾Gu 毛Mao 郝Hao 龚Gong 邵Shao 万Wan 钱Qian 严Yan 覃Qin 武Wu 戴Dai 莫Mo 孔Kong 向Xiang 汤Tang 欧阳Ouyang 司马Sima 诸葛Zhuge 上官Shangguan")
    .split(" ").map((entry) => /** @type {[string, string]} */ ([entry.replace(/[A-Za-zü]+$/, ""), entry.replace(/^[^A-Za-z]+/, "")])),
);
const FORMS = new Map([["奶奶", "Ms"], ["女士", "Ms"], ["阿姨", "Ms"], ["爷爷", "Mr"], ["先生", "Mr"], ["叔叔", "Mr"]]);

/**
 * 王奶奶 as Ms Wang; empty where surname or form is not known, and the name as it is where it is in Latin letters.
 * @param {string} address
 */
export function inLatin(address) {
  if (/^[\x20-\x7e]+$/.test(address)) return address;
  const [surname, form] = [READ.get(address.slice(0, -2)), FORMS.get(address.slice(-2))];
  return surname && form ? `${form} ${surname}` : "";
}
